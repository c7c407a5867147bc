using System.Security.Cryptography.X509Certificates;

namespace Stele.Client;

/// <summary>
/// Makes models, for tests that stand in for a ledger. Of <see cref="VerifiedEntry"/> it makes none: that takes a receipt.
/// </summary>
public static class LedgerModelFactory
{
    /// <inheritdoc cref="Client.LedgerEntry"/>
    public static LedgerEntry LedgerEntry(TransactionId transactionId, CollectionId collection, string contents) =>
        new(transactionId, collection, contents);

    /// <inheritdoc cref="Client.TransactionStatus"/>
    public static TransactionStatus TransactionStatus(TransactionId transactionId, TransactionState state) =>
        new(transactionId, state);

    /// <inheritdoc cref="Client.LedgerUser"/>
    public static LedgerUser LedgerUser(string id, IEnumerable<LedgerRole> roles) => new(id, [.. roles]);

    /// <inheritdoc cref="Client.LedgerIdentity"/>
    public static LedgerIdentity LedgerIdentity(string ledgerId, X509Certificate2 serviceCertificate, Uri? endpoint = null) =>
        new(ledgerId, serviceCertificate, endpoint);

    /// <inheritdoc cref="Client.LedgerFunction"/>
    public static LedgerFunction LedgerFunction(string id, string code) => new(id, code);

    /// <summary>What came of a function; one of the two is null.</summary>
    public static FunctionResult FunctionResult(string? returnValue = null, string? errorMessage = null) =>
        new(returnValue, errorMessage);

    /// <inheritdoc cref="Client.Constitution"/>
    public static Constitution Constitution(string digest, string script) => new(digest, script);

    /// <inheritdoc cref="Client.ConsortiumMember"/>
    public static ConsortiumMember ConsortiumMember(string id, string certificate, string? status = null) =>
        new(id, certificate, status);

    /// <inheritdoc cref="Client.EnclaveQuotes"/>
    public static EnclaveQuotes EnclaveQuotes(string currentNodeId, IReadOnlyDictionary<string, EnclaveQuote> quotes) =>
        new(currentNodeId, quotes);

    /// <inheritdoc cref="Client.EnclaveQuote"/>
    public static EnclaveQuote EnclaveQuote(string nodeId, string? measurement, string version, ReadOnlyMemory<byte> raw) =>
        new(nodeId, measurement, version, raw);

    /// <inheritdoc cref="Client.Proposal"/>
    public static Proposal Proposal(
        string id, string proposerId, string state, int ballotCount, IReadOnlyDictionary<string, bool>? finalVotes = null) =>
        new(id, proposerId, state, ballotCount, finalVotes);
}
