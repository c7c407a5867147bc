using System.Text;

namespace Stele.Governance.Nodes;

/// <summary>What a node shows of the platform it runs on.</summary>
/// <param name="NodeId">Lower-case hexadecimal SHA-256 of the node's public key.</param>
/// <param name="Format">CCF's name of the evidence's format.</param>
/// <param name="Raw">The evidence's bytes.</param>
public sealed record NodeEvidence(string NodeId, string Format, ReadOnlyMemory<byte> Raw)
{
    /// <summary>The evidence of a node without an enclave: it names its key and says that nothing is proven.</summary>
    public static NodeEvidence Virtual(string nodeId)
    {
        var raw = Json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("measurement", "Virtual: no enclave, nothing is measured");
            json.WriteString("host_data", "");
            json.WriteString("report_data", nodeId);
            json.WriteEndObject();
        });
        return new NodeEvidence(nodeId, NodeTable.VirtualFormat, raw);
    }

    /// <summary>The evidence as text, where it is text.</summary>
    public override string ToString() => $"{NodeId}: {Format}: {Encoding.UTF8.GetString(Raw.Span)}";
}
