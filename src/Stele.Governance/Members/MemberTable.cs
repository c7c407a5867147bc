using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Members;

/// <summary>The consortium's members, as rows of CCF's tables.</summary>
public static class MemberTable
{
    /// <summary>In the row of an acknowledgement, the member's request.</summary>
    internal const string RequestName = "cose_sign1_req";

    /// <summary>All members by the order of their ids.</summary>
    public static IEnumerable<Member> List(LedgerTables tables) =>
        tables.Rows(TableNames.MembersCerts).Select(row => Read(tables, row.Key, row.Value));

    /// <summary>The member of an id; null where there is none.</summary>
    public static Member? Find(LedgerTables tables, string id) =>
        tables.TryGet(TableNames.MembersCerts, Key(id), out var certificate) ? Read(tables, Key(id), certificate) : null;

    /// <summary>The state that a member was last told, and has acknowledged if active; null where there is none.</summary>
    public static string? StateDigest(LedgerTables tables, string id)
    {
        if (!tables.TryGet(GovernanceTables.MemberAcks, Key(id), out var row)) return null;
        using var ack = JsonDocument.Parse(row);
        return ack.RootElement.Text(GovernanceTables.MemberAcks, "state_digest");
    }

    /// <summary>Whether a member has acknowledged the state that the member was last told.</summary>
    internal static bool HasAcknowledged(LedgerTables tables, string id)
    {
        if (!tables.TryGet(GovernanceTables.MemberAcks, Key(id), out var row)) return false;
        using var ack = JsonDocument.Parse(row);
        return ack.RootElement.TryGetProperty(RequestName, out var request) && request.ValueKind == JsonValueKind.String;
    }

    internal static byte[] Key(string id) => Encoding.UTF8.GetBytes(id);

    /// <summary>Notes what state a member is told, or has acknowledged by a request.</summary>
    internal static void PutAck(GovernanceState state, string id, string stateDigest, ReadOnlyMemory<byte>? request) =>
        state.Put(GovernanceTables.MemberAcks, Key(id), Json.Write(json =>
        {
            json.WriteStartObject();
            if (request is { } signed) json.WriteBase64String(RequestName, signed.Span);
            json.WriteString("state_digest", stateDigest);
            json.WriteEndObject();
        }));

    /// <summary>Makes a member active, and leaves all else in the row as it is.</summary>
    internal static void Activate(GovernanceState state, string id)
    {
        state.Tables.TryGet(TableNames.MembersInfo, Key(id), out var row);
        var info = JsonNode.Parse(row.Span)!.AsObject();
        info["status"] = nameof(MemberStatus.Active);
        state.Put(TableNames.MembersInfo, Key(id), Json.Write(json => info.WriteTo(json)));
    }

    private static Member Read(LedgerTables tables, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> certificate)
    {
        var member = new Member(Encoding.UTF8.GetString(key.Span), Encoding.UTF8.GetString(certificate.Span))
        {
            EncryptionKey = tables.TryGet(GovernanceTables.MemberEncryptionKeys, key, out var encryption)
                ? Encoding.UTF8.GetString(encryption.Span) : null,
        };
        if (!tables.TryGet(TableNames.MembersInfo, key, out var row)) return member with { Status = MemberStatus.Accepted };
        using var info = JsonDocument.Parse(row);
        var isActive = info.RootElement.Text(TableNames.MembersInfo, "status") == nameof(MemberStatus.Active);
        return member with
        {
            Status = isActive ? MemberStatus.Active : MemberStatus.Accepted,
            Data = Known(info.RootElement, "member_data")?.GetRawText(),
            RecoveryRole = Known(info.RootElement, "recovery_role")?.GetString(),
        };
    }

    private static JsonElement? Known(JsonElement info, string name) =>
        info.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
