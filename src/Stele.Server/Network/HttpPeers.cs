using Stele.Governance.Nodes;
using Stele.Ledger.Tables;
using Stele.Replication.Network;

namespace Stele.Server.Network;

/// <summary>The other trusted nodes, asked by HTTPS for what etcd no longer holds.</summary>
/// <param name="http">Connections to nodes.</param>
/// <param name="self">The id of this node, which is not asked.</param>
/// <param name="tables">What this node's ledger says of the others.</param>
/// <param name="first">The node that this one joined by, while its own ledger is still empty; null where it did not join.</param>
internal sealed class HttpPeers(HttpClient http, string self, Func<LedgerTables> tables, Uri? first) : IPeers
{
    /// <inheritdoc/>
    public IReadOnlyList<IPeer> All()
    {
        var others = NodeTable.List(tables())
            .Where(node => node.Status == NodeStatus.Trusted && node.Id != self)
            .Select(node => node.Address)
            .OfType<Uri>();
        return [.. (first is null ? others : others.Append(first)).Distinct().Select(address => new HttpPeer(http, address))];
    }
}
