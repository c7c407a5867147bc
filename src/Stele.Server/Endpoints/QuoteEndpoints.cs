using System.Text.Json;
using Stele.Governance.Nodes;
using Stele.Server.Api;
using Stele.Server.Application;
using Stele.Server.Attestation;

namespace Stele.Server.Endpoints;

/// <summary>What nodes show of the platforms they run on, in CCF's JSON. On the platform Virtual nothing is attested.</summary>
internal sealed class QuoteEndpoints(ConfidentialLedger ledger)
{
    /// <summary><c>GET /node/quotes/self</c>: evidence that this node's platform gave when the node started.</summary>
    public Answer Self() => Answer.Object(json => WriteMembers(json, ledger.OwnEvidence));

    /// <summary><c>GET /node/quotes</c>: what each trusted node showed when it came into the network.</summary>
    /// <param name="name">What the list is called.</param>
    public Answer All(string name) => Answer.Object(json =>
    {
        json.WriteStartArray(name);
        foreach (var node in ledger.Nodes().Where(node => node.Status == NodeStatus.Trusted))
        {
            json.WriteStartObject();
            WriteMembers(json, node.Evidence);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static void WriteMembers(Utf8JsonWriter json, NodeEvidence evidence)
    {
        json.WriteString("node_id"u8, evidence.NodeId);
        json.WriteBase64String("raw"u8, evidence.Raw.Span);
        json.WriteBase64String("endorsements"u8, evidence.Endorsements.Span);
        json.WriteString("format"u8, evidence.Format);
        if (MeasurementOf(evidence) is { } measurement) json.WriteString("measurement"u8, measurement);
        if (!evidence.UvmEndorsements.IsEmpty) json.WriteBase64String("uvm_endorsements"u8, evidence.UvmEndorsements.Span);
    }

    private static string? MeasurementOf(NodeEvidence evidence)
    {
        try
        {
            return EvidenceClaims.Of(evidence.Format, evidence.Raw) is { } claims
                ? Convert.ToHexStringLower(claims.Measurement.Span)
                : null;
        }
        catch (FormatException)
        {
            // A row that another release wrote: it is shown as it is.
            return null;
        }
    }
}
