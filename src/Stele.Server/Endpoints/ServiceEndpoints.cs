using System.Text;
using System.Text.Json;
using Stele.Attestation.Snp;
using Stele.Governance;
using Stele.Governance.Members;
using Stele.Governance.Nodes;
using Stele.Governance.Service;
using Stele.Ledger.Entries;
using Stele.Server.Api;
using Stele.Server.Application;

namespace Stele.Server.Endpoints;

/// <summary>What the tables of governance say, in CCF's JSON.</summary>
internal sealed class ServiceEndpoints(ConfidentialLedger ledger)
{
    private static readonly TableName IssuersTable = new($"{GovernanceTables.Prefix}jwt.issuers");
    private static readonly TableName BundlesTable = new($"{GovernanceTables.Prefix}tls.ca_cert_bundles");

    /// <summary><c>GET /gov/service/info</c>.</summary>
    public Answer Info() => Answer.Object(json =>
    {
        json.WriteString("status"u8, ServiceTable.Status(ledger.Tables).ToString());
        json.WriteString("serviceCertificate"u8, ServiceTable.Certificate(ledger.Tables));
        json.WriteNumber("recoveryCount"u8, ServiceTable.RecoveryCount(ledger.Tables));
        json.WriteString("creationTransactionId"u8, ServiceTable.CreatedBy(ledger.Tables));
        WriteRow(json, "configuration", TableNames.ServiceConfig, TableNames.SingleKey);
    });

    /// <summary><c>GET /gov/service/constitution</c>: the script.</summary>
    public Answer Constitution() => Answer.OfScript(ledger.Constitution());

    /// <summary><c>GET /gov/service/members</c>.</summary>
    public Answer Members() => List(MemberTable.List(ledger.Tables), WriteMember);

    /// <summary><c>GET /gov/service/members/{id}</c>.</summary>
    public Answer Member(string id) => One(MemberTable.Find(ledger.Tables, id), WriteMember);

    /// <summary><c>GET /gov/service/users</c>: those that have certificates in CCF's table.</summary>
    public Answer Users() => List(ledger.Tables.Rows(TableNames.UsersCerts).Select(row => Text(row.Key)), WriteUser);

    /// <summary><c>GET /gov/service/users/{id}</c>.</summary>
    public Answer User(string id) => One(ledger.Tables.TryGet(TableNames.UsersCerts, Key(id), out _) ? id : null, WriteUser);

    /// <summary><c>GET /gov/service/nodes</c>.</summary>
    public Answer Nodes() => List(ledger.Nodes(), WriteNode);

    /// <summary><c>GET /gov/service/nodes/{id}</c>.</summary>
    public Answer Node(string id) => One(ledger.Node(id), WriteNode);

    /// <summary><c>GET /gov/service/join-policy</c>; TDX, which CCF has not, has a part of its own.</summary>
    public Answer JoinPolicy() => Answer.Object(json =>
    {
        json.WriteStartObject("sgx"u8);
        WriteKeys(json, "measurements", new($"{GovernanceTables.Prefix}nodes.code_ids"));
        json.WriteEndObject();
        json.WriteStartObject("virtual"u8);
        WriteKeys(json, "measurements", JoinTables.VirtualMeasurements);
        WriteKeys(json, "hostData", JoinTables.VirtualHostData);
        json.WriteEndObject();
        json.WriteStartObject("snp"u8);
        WriteKeys(json, "measurements", JoinTables.SnpMeasurements);
        WriteMap(json, "hostData", JoinTables.SnpHostData);
        WriteMap(json, "uvmEndorsements", JoinTables.UvmEndorsements);
        WriteMap(json, "tcbVersions", JoinTables.TcbVersions);
        json.WriteEndObject();
        json.WriteStartObject("tdx"u8);
        WriteMap(json, "measurements", JoinTables.TdxMeasurements);
        json.WriteEndObject();
    });

    /// <summary><c>GET /gov/service/jwk</c>: the issuers of tokens and their keys.</summary>
    public Answer TokenKeys() => Answer.Object(json =>
    {
        WriteMap(json, "issuers", IssuersTable);
        WriteMap(json, "caCertBundles", BundlesTable);
        WriteMap(json, "keys", GovernanceTables.JwtKeys);
    });

    private static Answer List<T>(IEnumerable<T> items, Action<Utf8JsonWriter, T> write) => Answer.Object(json =>
    {
        json.WriteStartArray("value"u8);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static Answer One<T>(T? item, Action<Utf8JsonWriter, T> write) where T : class => item is null
        ? throw RefusedException.NotFound(ErrorCodes.ResourceNotFound, "There is none of this id.")
        : Answer.Object(json => write(json, item));

    private static void WriteMember(Utf8JsonWriter json, Member member)
    {
        json.WriteString("certificate"u8, member.Certificate);
        json.WriteString("memberId"u8, member.Id);
        json.WriteString("status"u8, member.Status.ToString());
        if (member.Data is { } data)
        {
            json.WritePropertyName("memberData"u8);
            json.WriteRawValue(data);
        }
        if (member.EncryptionKey is { } key) json.WriteString("publicEncryptionKey"u8, key);
        if (member.RecoveryRole is { } role) json.WriteString("recoveryRole"u8, role);
    }

    private void WriteUser(Utf8JsonWriter json, string id)
    {
        ledger.Tables.TryGet(TableNames.UsersCerts, Key(id), out var certificate);
        json.WriteString("certificate"u8, Text(certificate));
        json.WriteString("userId"u8, id);
        if (!ledger.Tables.TryGet(TableNames.UsersInfo, Key(id), out var row)) return;
        using var info = JsonDocument.Parse(row);
        if (!info.RootElement.TryGetProperty("user_data", out var data) || data.ValueKind == JsonValueKind.Null) return;
        json.WritePropertyName("userData"u8);
        data.WriteTo(json);
    }

    private void WriteNode(Utf8JsonWriter json, NodeRecord node)
    {
        json.WriteString("nodeId"u8, node.Id);
        json.WriteString("status"u8, node.Status.ToString());
        json.WriteBoolean("retiredCommitted"u8, node.Status == NodeStatus.Retired);
        if (NodeTable.Certificate(ledger.Tables, node.Id) is { } certificate) json.WriteString("certificate"u8, certificate);
        WriteEvidence(json, node.Evidence);
        if (node.Address is { } address) json.WriteString("address"u8, address.GetLeftPart(UriPartial.Authority));
    }

    // All of it: who decides about a node that waits can verify what it shows.
    private static void WriteEvidence(Utf8JsonWriter json, NodeEvidence evidence)
    {
        json.WriteStartObject("quoteInfo"u8);
        json.WriteString("format"u8, evidence.Format);
        json.WriteBase64String("quote"u8, evidence.Raw.Span);
        if (!evidence.Endorsements.IsEmpty) json.WriteBase64String("endorsements"u8, evidence.Endorsements.Span);
        if (!evidence.UvmEndorsements.IsEmpty) json.WriteBase64String("uvmEndorsements"u8, evidence.UvmEndorsements.Span);
        if (SnpTcbVersion.TryParse(evidence.EndorsedTcb, out _))
            json.WriteBase64String("endorsedTcb"u8, Convert.FromHexString(evidence.EndorsedTcb!));
        json.WriteEndObject();
    }

    private void WriteRow(Utf8JsonWriter json, string name, TableName table, ReadOnlyMemory<byte> key)
    {
        if (!ledger.Tables.TryGet(table, key, out var row)) return;
        json.WritePropertyName(name);
        Write(json, row);
    }

    // A constitution may have written anything there.
    private static void Write(Utf8JsonWriter json, ReadOnlyMemory<byte> row)
    {
        try
        {
            using var value = JsonDocument.Parse(row);
            value.WriteTo(json);
        }
        catch (JsonException)
        {
            json.WriteStringValue(Text(row));
        }
    }

    private void WriteKeys(Utf8JsonWriter json, string name, TableName table)
    {
        json.WriteStartArray(name);
        foreach (var (key, _) in ledger.Tables.Rows(table)) json.WriteStringValue(Text(key));
        json.WriteEndArray();
    }

    private void WriteMap(Utf8JsonWriter json, string name, TableName table)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in ledger.Tables.Rows(table))
        {
            json.WritePropertyName(Text(key));
            Write(json, value);
        }
        json.WriteEndObject();
    }

    private static byte[] Key(string id) => Encoding.UTF8.GetBytes(id);

    private static string Text(ReadOnlyMemory<byte> key) => Encoding.UTF8.GetString(key.Span);
}
