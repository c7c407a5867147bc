using System.Text;
using System.Text.Json;
using Stele.Cryptography;
using Stele.Governance.Nodes;
using Stele.Server.Api;

namespace Stele.Server.Endpoints;

/// <summary>By whom and by what rules the ledger is governed, and what it runs on.</summary>
internal static class GovernanceEndpoints
{
    /// <summary><c>GET /app/governance/constitution</c>: the script and the SHA-256 of its UTF-8.</summary>
    public static Task<Answer> ConstitutionAsync(Call call)
    {
        var script = call.Ledger.Constitution();
        return Task.FromResult(Answer.Object(json =>
        {
            json.WriteString("digest"u8, Digest.Of(Encoding.UTF8.GetBytes(script)).ToHex());
            json.WriteString("script"u8, script);
        }));
    }

    /// <summary><c>GET /app/governance/members</c>.</summary>
    public static Task<Answer> MembersAsync(Call call) => Task.FromResult(Answer.Object(json =>
    {
        json.WriteStartArray("members"u8);
        foreach (var member in call.Ledger.Members())
        {
            json.WriteStartObject();
            json.WriteString("certificate"u8, member.Certificate);
            json.WriteString("id"u8, member.Id);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }));

    /// <summary>
    /// <c>GET /app/enclaveQuotes</c>: each node's evidence. On the platform <c>Virtual</c> there is no enclave, and the
    /// evidence proves nothing; <c>quoteVersion</c> says so.
    /// </summary>
    public static Task<Answer> EnclaveQuotesAsync(Call call) => Task.FromResult(Answer.Object(json =>
    {
        json.WriteString("currentNodeId"u8, call.Ledger.NodeId);
        json.WriteStartObject("enclaveQuotes"u8);
        foreach (var evidence in call.Ledger.Evidence()) WriteQuote(json, evidence);
        json.WriteEndObject();
    }));

    private static void WriteQuote(Utf8JsonWriter json, NodeEvidence evidence)
    {
        json.WriteStartObject(evidence.NodeId);
        json.WriteString("nodeId"u8, evidence.NodeId);
        json.WriteString("quoteVersion"u8, evidence.Format);
        json.WriteString("raw"u8, Convert.ToHexStringLower(evidence.Raw.Span));
        json.WriteEndObject();
    }
}
