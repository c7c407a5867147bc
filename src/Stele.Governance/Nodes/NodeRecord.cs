using System.Text;
using System.Text.Json;
using Stele.Ledger.Entries;

namespace Stele.Governance.Nodes;

/// <summary>A node, as its row in CCF's table says it.</summary>
/// <param name="Status">How far it has come.</param>
/// <param name="Evidence">What it shows of its platform, and its id.</param>
/// <param name="Address">Where other nodes and operators reach it; null where it said nothing.</param>
public sealed record NodeRecord(NodeStatus Status, NodeEvidence Evidence, Uri? Address)
{
    private const string InterfaceName = "primary_rpc_interface";

    // In rows that CCF wrote.
    private const string CcfEncryptionKey = "encryption_pub_key";

    // What a record says itself. The rest of a row, what members say of the node among it, stays as it is.
    private static readonly string[] Own =
    [
        "status", "quote_info", "node_info_network", "certificate_signing_request", "public_encryption_key", "retired_committed",
    ];

    /// <summary>Its id: lower-case hexadecimal SHA-256 of its public key.</summary>
    public string Id => Evidence.NodeId;

    /// <summary>The request that its certificate is made from, PEM (PKCS #10); null of a first node that has not started since.</summary>
    public string? CertificateRequest { get; init; }

    /// <summary>The key that secrets for it are sealed to, PEM; null of the first node.</summary>
    public string? EncryptionKey { get; init; }

    private (string Name, JsonElement Value)[] Others { get; init; } = [];

    internal static NodeRecord Parse(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value)
    {
        using var info = JsonDocument.Parse(value);
        var row = info.RootElement;
        var evidence = NodeEvidence.Parse(Encoding.UTF8.GetString(key.Span), row.Member(TableNames.NodesInfo, "quote_info"));
        return new NodeRecord(row.Name<NodeStatus>(TableNames.NodesInfo, "status"), evidence, AddressOf(row))
        {
            CertificateRequest = Text(row, "certificate_signing_request"),
            EncryptionKey = Text(row, "public_encryption_key") ?? Text(row, CcfEncryptionKey),
            Others =
            [
                .. row.EnumerateObject().Where(member => !Own.Contains(member.Name))
                    .Select(member => (member.Name, member.Value.Clone())),
            ],
        };
    }

    internal byte[] ToRow() => Json.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("status", Status.ToString());
        json.WriteStartObject("quote_info");
        Evidence.WriteMembers(json);
        json.WriteEndObject();
        WriteAddress(json);
        if (!HasOther("node_data")) json.WriteNull("node_data");
        if (CertificateRequest is not null) json.WriteString("certificate_signing_request", CertificateRequest);
        if (EncryptionKey is not null && !HasOther(CcfEncryptionKey)) json.WriteString("public_encryption_key", EncryptionKey);
        if (Status != NodeStatus.Pending && !HasOther("ledger_secret_seqno")) json.WriteNumber("ledger_secret_seqno", 1);
        if (Status == NodeStatus.Retired) json.WriteBoolean("retired_committed", true);
        foreach (var (name, value) in Others)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
        json.WriteEndObject();
    });

    private bool HasOther(string name) => Others.Any(other => other.Name == name);

    private void WriteAddress(Utf8JsonWriter json)
    {
        json.WriteStartObject("node_info_network");
        if (Address is not null)
        {
            json.WriteStartObject("rpc_interfaces");
            json.WriteStartObject(InterfaceName);
            json.WriteString("bind_address", Address.Authority);
            json.WriteString("published_address", Address.Authority);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    // CCF writes the interfaces into the row itself.
    private static Uri? AddressOf(JsonElement row) =>
        (row.TryGetProperty("node_info_network", out var network) ? network : row).TryGetProperty("rpc_interfaces", out var interfaces)
        && interfaces.TryGetProperty(InterfaceName, out var one)
        && Uri.TryCreate($"https://{Text(one, "published_address") ?? Text(one, "bind_address")}", UriKind.Absolute, out var address)
            ? address
            : null;

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
