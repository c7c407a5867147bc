using System.Security.Cryptography.X509Certificates;
using Stele.Receipts;

namespace Stele.Client;

/// <summary>
/// An entry that a verified receipt proves to be in the ledger. There is no other way to make one: whoever holds one need not
/// trust the node that it came from.
/// </summary>
public sealed class VerifiedEntry
{
    private VerifiedEntry(TransactionId transactionId, ApplicationClaim.LedgerEntry claim, Receipt receipt, ReceiptVerdict verdict)
    {
        TransactionId = transactionId;
        Collection = claim.Collection;
        Contents = claim.Contents;
        Receipt = receipt;
        Verdict = verdict;
    }

    /// <summary>The transaction that wrote it.</summary>
    public TransactionId TransactionId { get; }

    /// <summary>The collection that it is in.</summary>
    public CollectionId Collection { get; }

    /// <summary>What was appended.</summary>
    public string Contents { get; }

    /// <summary>The proof.</summary>
    public Receipt Receipt { get; }

    /// <summary>The steps of its verification.</summary>
    public ReceiptVerdict Verdict { get; }

    /// <summary>Verifies a receipt with the entry that it comes with. Needs no ledger and no network.</summary>
    /// <param name="document">The receipt with its application claims, as a ledger answers it, or as it was kept in a file.</param>
    /// <param name="service">The certificate of the service, from a source that is trusted.</param>
    /// <exception cref="EntryNotVerifiedException">It does not prove an entry; the exception says which step failed.</exception>
    public static VerifiedEntry Verify(ReceiptDocument document, X509Certificate2 service)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(service);
        var claim = TheClaim(document.Claims);
        var verdict = ReceiptVerifier.Verify(document.Receipt, service, document.Claims);
        if (!verdict.IsVerified) throw new EntryNotVerifiedException(verdict);
        return new VerifiedEntry(TransactionOf(document, verdict), claim, document.Receipt, verdict);
    }

    /// <summary>Verifies that a receipt proves the entry that was asked for, and no other.</summary>
    /// <exception cref="EntryNotVerifiedException">It does not.</exception>
    internal static VerifiedEntry Verify(
        ReceiptDocument document, X509Certificate2 service, TransactionId asked, CollectionId? collection)
    {
        var entry = Verify(document, service);
        if (entry.TransactionId != asked)
            throw Failed(entry.Verdict, "transaction id", $"the receipt is that of {entry.TransactionId}, asked for was {asked}");
        if (collection is { } named && entry.Collection != named)
            throw Failed(entry.Verdict, "collection", $"the entry is in {entry.Collection}, asked for was {named}");
        return entry;
    }

    private static ApplicationClaim.LedgerEntry TheClaim(IReadOnlyList<ApplicationClaim> claims) =>
        claims is [ApplicationClaim.LedgerEntry entry]
            ? entry
            : throw Failed(new ReceiptVerdict([]), "entry claim", "the receipt does not come with one entry as its claim");

    // The commit evidence, which the receipt proves, names the transaction. What the document says beside it is not proven.
    private static TransactionId TransactionOf(ReceiptDocument document, ReceiptVerdict verdict)
    {
        const string Step = "transaction id";
        var evidence = document.Receipt.Leaf.CommitEvidence;
        if (evidence.Split(':') is not ["ce", var text, { Length: > 0 }] || !TransactionId.TryParse(text, out var id))
            throw Failed(verdict, Step, "the commit evidence names no transaction");
        if (document.Id is { } said && said != id)
            throw Failed(verdict, Step, $"the receipt is said to be that of {said}, and is that of {id}");
        return id;
    }

    private static EntryNotVerifiedException Failed(ReceiptVerdict verdict, string step, string detail) =>
        new(new ReceiptVerdict([.. verdict.Steps, new VerificationStep(step, Passed: false, detail)]));
}
