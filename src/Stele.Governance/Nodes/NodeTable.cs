using System.Text;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Nodes;

/// <summary>The network's nodes, as rows of CCF's tables.</summary>
public static class NodeTable
{
    /// <summary>How many nodes may wait for a decision: anyone may ask, and nobody may fill the ledger by asking.</summary>
    public const int PendingMax = 16;

    /// <summary>All nodes by the order of their ids.</summary>
    public static IEnumerable<NodeRecord> List(LedgerTables tables) =>
        tables.Rows(TableNames.NodesInfo).Select(row => NodeRecord.Parse(row.Key, row.Value));

    /// <summary>The node of an id; null where there is none.</summary>
    public static NodeRecord? Find(LedgerTables tables, string nodeId) =>
        tables.TryGet(TableNames.NodesInfo, Key(nodeId), out var value) ? NodeRecord.Parse(Key(nodeId), value) : null;

    /// <summary>The ids of the nodes that may follow the ledger, and sign it.</summary>
    public static IReadOnlyCollection<string> Trusted(LedgerTables tables) =>
        [.. List(tables).Where(node => node.Status == NodeStatus.Trusted).Select(node => node.Id)];

    /// <summary>What each node that belongs or belonged to the network shows of the platform it runs on.</summary>
    public static IEnumerable<NodeEvidence> Evidence(LedgerTables tables) =>
        List(tables).Where(node => node.Status != NodeStatus.Pending).Select(node => node.Evidence);

    /// <summary>The certificate that the service endorsed for a node, PEM; null where there is none.</summary>
    public static string? Certificate(LedgerTables tables, string nodeId) =>
        tables.TryGet(TableNames.NodesEndorsedCertificates, Key(nodeId), out var value)
            ? Encoding.UTF8.GetString(value.Span)
            : null;

    internal static byte[] Key(string nodeId) => Encoding.UTF8.GetBytes(nodeId);
}
