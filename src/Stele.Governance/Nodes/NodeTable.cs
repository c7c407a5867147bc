using System.Text;
using System.Text.Json;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Nodes;

/// <summary>The network's nodes, as rows of CCF's tables.</summary>
public static class NodeTable
{
    /// <summary>CCF's name of the evidence format that proves nothing.</summary>
    public const string VirtualFormat = "Insecure_Virtual";

    /// <summary>What each node shows of the platform it runs on.</summary>
    public static IEnumerable<NodeEvidence> Evidence(LedgerTables tables)
    {
        foreach (var (key, value) in tables.Rows(TableNames.NodesInfo))
        {
            using var info = JsonDocument.Parse(value);
            var quote = info.RootElement.GetProperty("quote_info");
            yield return new NodeEvidence(
                Encoding.UTF8.GetString(key.Span),
                quote.GetProperty("format").GetString()!,
                quote.GetProperty("quote").GetBytesFromBase64());
        }
    }

    /// <summary>The certificate that the service endorsed for a node, PEM; null where there is none.</summary>
    public static string? Certificate(LedgerTables tables, string nodeId) =>
        tables.TryGet(TableNames.NodesEndorsedCertificates, Encoding.UTF8.GetBytes(nodeId), out var value)
            ? Encoding.UTF8.GetString(value.Span)
            : null;

    internal static byte[] Info(NodeEvidence node) => Json.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("status", "Trusted");
        json.WriteStartObject("quote_info");
        json.WriteString("format", node.Format);
        json.WriteBase64String("quote", node.Raw.Span);
        json.WriteString("endorsements", "");
        json.WriteEndObject();
        json.WriteStartObject("node_info_network");
        json.WriteEndObject();
        json.WriteNull("node_data");
        json.WriteNumber("ledger_secret_seqno", 1);
        json.WriteEndObject();
    });
}
