using Stele.Cryptography;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Audit;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Secrets;

namespace Stele.Ledger.Tests.Audit;

/// <summary>A view takes room in the history of views: none can be passed over by the million.</summary>
public sealed class ViewLeapTests : IDisposable
{
    private readonly LedgerSecret _secret = LedgerSecret.Generate();

    public void Dispose() => _secret.Dispose();

    [Theory]
    [InlineData(1_000_002, true)]
    [InlineData(1_000_003, false)]
    [InlineData(1, false)]
    public void A_view_that_cannot_have_come_is_refused(long view, bool isTaken)
    {
        var validator = new LedgerValidator(new SecretKeeper(_secret), SignatureChecks.Last);
        validator.Accept(Entry(TransactionId.Of(2, 1)), "file", 0);
        var next = Entry(TransactionId.Of(view, 2));
        if (isTaken) validator.Accept(next, "file", 0);
        else Assert.Throws<LedgerCorruptException>(() => validator.Accept(next, "file", 0));
    }

    private LedgerEntry Entry(TransactionId id)
    {
        var writes = new WriteSet();
        writes.Put(new TableName("public:a"), "key"u8.ToArray(), "value"u8.ToArray());
        return LedgerEntry.Parse(EntryEncoder.Encode(id, writes, Digest.Zero, _secret, EntryFlags.None).Bytes);
    }
}
