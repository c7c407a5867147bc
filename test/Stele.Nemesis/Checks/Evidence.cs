using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography;
using Stele.Nemesis.History;

namespace Stele.Nemesis.Checks;

/// <summary>All that a judgement rests on: what clients saw, what the nodes have at the end, and the service's certificate.</summary>
internal sealed record Evidence(IReadOnlyList<Call> Calls, IReadOnlyList<NodeLedger> Ledgers, X509Certificate2 Service);

/// <summary>A promise that was broken.</summary>
/// <param name="Rule">The promise.</param>
/// <param name="What">By what it was broken.</param>
internal sealed record Violation(string Rule, string What)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Rule}: {What}";
}

/// <summary>A transaction as a ledger file holds it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Digest">The digest of the whole entry.</param>
/// <param name="Collection">The collection that it wrote to; null where it is none of a client's.</param>
/// <param name="Contents">What it wrote there.</param>
internal readonly record struct LedgerItem(TransactionId Id, Digest Digest, string? Collection, string? Contents);

/// <summary>A node's ledger at the end.</summary>
/// <param name="Name">The node.</param>
/// <param name="Items">All transactions in its files, in their order.</param>
/// <param name="Committed">How many of them, from the first on, a signature covers.</param>
internal sealed record NodeLedger(string Name, IReadOnlyList<LedgerItem> Items, int Committed)
{
    private readonly Dictionary<TransactionId, LedgerItem> _byId =
        Items.GroupBy(item => item.Id).ToDictionary(same => same.Key, same => same.First());

    /// <summary>The transaction of an id; null where there is none.</summary>
    public LedgerItem? Find(TransactionId id) => _byId.TryGetValue(id, out var item) ? item : null;
}
