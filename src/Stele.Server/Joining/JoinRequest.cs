using System.Text.Json;
using Stele.Cryptography.Certificates;
using Stele.Governance.Nodes;
using Stele.Server.Api;

namespace Stele.Server.Joining;

/// <summary>What a node says that asks to join, in CCF's JSON.</summary>
/// <param name="Address">Where it is reached.</param>
/// <param name="Evidence">What it shows of its platform.</param>
/// <param name="EncryptionKey">The key that secrets are sealed to, PEM.</param>
/// <param name="CertificateRequest">The request that its certificate is to be made from, PEM.</param>
internal sealed record JoinRequest(Uri Address, NodeEvidence Evidence, string EncryptionKey, string CertificateRequest)
{
    private const string Example =
        """{"node_info_network":{},"quote_info":{},"public_encryption_key":"","certificate_signing_request":"","startup_seqno":0}""";

    /// <summary>The request as JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(new
    {
        node_info_network = new
        {
            rpc_interfaces = new
            {
                primary_rpc_interface = new { bind_address = Address.Authority, published_address = Address.Authority },
            },
        },
        quote_info = Evidence.ToJson(),
        public_encryption_key = EncryptionKey,
        certificate_signing_request = CertificateRequest,
        startup_seqno = 0,
    });

    /// <summary>The node that asks, as it is to be recorded.</summary>
    public NodeRecord ToRecord() =>
        new(NodeStatus.Pending, Evidence, Address)
        {
            EncryptionKey = EncryptionKey,
            CertificateRequest = CertificateRequest,
        };

    /// <summary>Reads a request.</summary>
    /// <param name="body">The JSON.</param>
    /// <param name="nodeId">The id of the key that the TLS session was opened with.</param>
    /// <exception cref="RefusedException">It is none, or is about another key than that of the TLS session.</exception>
    public static JoinRequest Read(ReadOnlySpan<byte> body, string nodeId)
    {
        Uri? address = null;
        NodeEvidence? evidence = null;
        string? key = null, certificate = null;
        StrictJson.ReadObject(body, Example, (string name, ref Utf8JsonReader value) =>
        {
            switch (name)
            {
                case "node_info_network": address = AddressOf(ref value); return true;
                case "quote_info": evidence = EvidenceOf(ref value, nodeId); return true;
                case "public_encryption_key": key = Text(ref value); return true;
                case "certificate_signing_request": certificate = Text(ref value); return true;
                case "startup_seqno" or "node_data": value.Skip(); return true;
                default: return false;
            }
        });
        if (address is null || evidence is null || key is null || certificate is null)
            throw RefusedException.Input($"The body lacks something; it must be like {Example}.");
        if (!Cryptography.Sealing.EncryptionKey.IsPublicKey(key))
            throw RefusedException.Input("public_encryption_key must be a P-384 public key in PEM.");
        RefuseOtherKey(certificate, nodeId);
        return new JoinRequest(address, evidence, key, certificate);
    }

    private static void RefuseOtherKey(string certificate, string nodeId)
    {
        try
        {
            if (NodeCertificateRequest.Parse(certificate).KeyId == nodeId) return;
        }
        catch (FormatException fault)
        {
            throw RefusedException.Input($"certificate_signing_request: {fault.Message}");
        }
        throw RefusedException.Input("certificate_signing_request is of another key than the TLS session's certificate.");
    }

    private static string? Text(ref Utf8JsonReader value) => value.TokenType == JsonTokenType.String ? value.GetString() : null;

    private static Uri? AddressOf(ref Utf8JsonReader value)
    {
        using var json = JsonDocument.ParseValue(ref value);
        return json.RootElement.ValueKind == JsonValueKind.Object
            && Member(json.RootElement, "rpc_interfaces") is { } interfaces
            && Member(interfaces, "primary_rpc_interface") is { } one
            && one.TryGetProperty("published_address", out var address) && address.ValueKind == JsonValueKind.String
            && Uri.TryCreate($"https://{address.GetString()}", UriKind.Absolute, out var found) && found.PathAndQuery == "/"
            ? found
            : null;
    }

    private static JsonElement? Member(JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Object ? member : null;

    private static NodeEvidence EvidenceOf(ref Utf8JsonReader value, string nodeId)
    {
        using var json = JsonDocument.ParseValue(ref value);
        try
        {
            return NodeEvidence.Parse(nodeId, json.RootElement);
        }
        catch (FormatException fault)
        {
            throw RefusedException.Input($"quote_info: {fault.Message}");
        }
    }
}
