using System.Text;
using System.Text.Json.Nodes;
using Stele.Cryptography.Certificates;
using Stele.Governance.Nodes;
using Stele.Governance.Service;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Audit;

/// <summary>A change of a node's row that no member need sign for.</summary>
/// <param name="From">The node's status before; null where it has no row.</param>
/// <param name="To">Its status after; null where it has no row any more.</param>
/// <param name="Where">On which ledgers.</param>
/// <param name="Changes">What else changes in the row. All other members of it stay: above all its evidence and its keys.</param>
internal sealed record NodeStep(NodeStatus? From, NodeStatus? To, Func<LedgerTables, bool> Where, params string[] Changes)
{
    private const string Address = "node_info_network";
    private const string Request = "certificate_signing_request";
    private const string Sealed = "ledger_secret_seqno";
    private const string Committed = "retired_committed";

    /// <summary>All of them. Any other needs a proposal that passed.</summary>
    public static readonly IReadOnlyList<NodeStep> All =
    [
        // A node asks to join, and the oldest that ask in vain give way. It has nothing by that.
        new(null, NodeStatus.Pending, Anywhere),
        new(NodeStatus.Pending, null, Anywhere),
        // A node says at its start where it is reached, where the row does not, and what its next certificate is made from. It may
        // have been retired meanwhile; that this is committed, CCF's service says second.
        new(NodeStatus.Trusted, NodeStatus.Trusted, Anywhere, Address, Request),
        new(NodeStatus.Retired, NodeStatus.Retired, Anywhere, Address, Request, Committed),
        // An administrator lets nodes in and out; CCF's service lets them in by itself before it is open.
        new(null, NodeStatus.Trusted, WithoutMembers),
        new(NodeStatus.Pending, NodeStatus.Trusted, WithoutMembers, Sealed),
        new(NodeStatus.Trusted, NodeStatus.Retired, WithoutMembers, Committed),
        // CCF's operators clear away the row of a node that is retired.
        new(NodeStatus.Retired, null, NotWhereMembersAdmit),
    ];

    /// <summary>Whether changes of nodes' rows are all of that kind, and leave a trusted node.</summary>
    public static bool MayAll(LedgerTables before, LedgerTables after, IReadOnlyList<KeyWrite> rows) =>
        rows.All(row => May(before, row)) && (HasTrusted(after) || !HasTrusted(before));

    /// <summary>The status of a node; null where it has no row.</summary>
    public static NodeStatus? StatusOf(LedgerTables tables, ReadOnlyMemory<byte> key) =>
        tables.TryGet(TableNames.NodesInfo, key, out var row) ? StatusOf(row) : null;

    /// <summary>The status in a node's row.</summary>
    public static NodeStatus? StatusOf(ReadOnlyMemory<byte> row) => StatusOf(Read(row));

    private static bool HasTrusted(LedgerTables tables) =>
        tables.Rows(TableNames.NodesInfo).Any(row => StatusOf(row.Value) == NodeStatus.Trusted);

    private static bool May(LedgerTables before, KeyWrite write)
    {
        var was = before.TryGet(TableNames.NodesInfo, write.Key, out var row) ? Read(row) : null;
        var now = write.Value is { } value ? Read(value) : null;
        return All.Any(step => step.From == StatusOf(was) && step.To == StatusOf(now) && step.Where(before)
            && (was is null || now is null || step.KeepsTheRest(Encoding.UTF8.GetString(write.Key.Span), was, now)));
    }

    private bool KeepsTheRest(string nodeId, JsonObject was, JsonObject now) =>
        was.Union(now).Select(member => member.Key).Distinct(StringComparer.Ordinal)
            .All(name => name == "status" || JsonNode.DeepEquals(was[name], now[name])
                || (Changes.Contains(name) && IsOwn(nodeId, name, was[name], now[name])));

    // What a node says of itself it can say once, or by its own key.
    private static bool IsOwn(string nodeId, string name, JsonNode? was, JsonNode? now) => name switch
    {
        Address => was is null or JsonObject { Count: 0 },
        Request => now is JsonValue pem && NodeCertificateRequest.Parse(pem.GetValue<string>()).KeyId == nodeId,
        _ => true,
    };

    private static bool Anywhere(LedgerTables before) => true;

    private static bool NotWhereMembersAdmit(LedgerTables before) => !ServiceTable.MembersAdmitNodes(before);

    // CCF knows no administrators: once its service is open, members alone decide.
    private static bool WithoutMembers(LedgerTables before) => NotWhereMembersAdmit(before)
        && (before.TryGet(ServiceTable.Ledger, TableNames.SingleKey, out _) || !ServiceTable.IsRunning(before));

    private static NodeStatus? StatusOf(JsonObject? row) =>
        row is null ? null : Enum.Parse<NodeStatus>(row["status"]?.GetValue<string>() ?? "");

    // Services of other versions leave out what is null.
    private static JsonObject Read(ReadOnlyMemory<byte> row)
    {
        var info = JsonNode.Parse(row.Span)?.AsObject() ?? throw new InvalidOperationException("The row of a node is null.");
        foreach (var name in info.Where(member => member.Value is null).Select(member => member.Key).ToList()) info.Remove(name);
        return info;
    }
}
