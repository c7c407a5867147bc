using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stele.Governance.Recovery;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Service;

/// <summary>What the ledger says of its own service.</summary>
public static class ServiceTable
{
    /// <summary>The table of the one setting that CCF has no table for: what kind of ledger this is.</summary>
    public static readonly TableName Ledger = new("public:confidentialledger.ledger.info");

    /// <summary>Whether the service has been opened.</summary>
    public static ServiceStatus Status(LedgerTables tables)
    {
        if (!tables.TryGet(TableNames.ServiceInfo, TableNames.SingleKey, out var value)) return ServiceStatus.None;
        using var info = JsonDocument.Parse(value);
        return info.RootElement.Name<ServiceStatus>(TableNames.ServiceInfo, "status");
    }

    /// <summary>Whether the service is whole: open, or closed by its members, but not about to begin or to be recovered.</summary>
    public static bool IsRunning(LedgerTables tables) => Status(tables) is ServiceStatus.Open or ServiceStatus.Closed;

    /// <summary>How often the service has been recovered from a disaster.</summary>
    public static int RecoveryCount(LedgerTables tables)
    {
        if (!tables.TryGet(TableNames.ServiceInfo, TableNames.SingleKey, out var value)) return 0;
        using var info = JsonDocument.Parse(value);
        return info.RootElement.Member(TableNames.ServiceInfo, "recovery_count").GetInt32();
    }

    /// <summary>How many members' shares it takes to recover the ledger.</summary>
    public static int RecoveryThreshold(LedgerTables tables) => RecoveryRoster.Of(tables).Threshold;

    /// <summary>Whether entries are sealed.</summary>
    public static LedgerVisibility Visibility(LedgerTables tables)
    {
        if (!tables.TryGet(Ledger, TableNames.SingleKey, out var value)) return LedgerVisibility.Private;
        using var info = JsonDocument.Parse(value);
        return info.RootElement.Name<LedgerVisibility>(Ledger, "ledgerType");
    }

    /// <summary>Whether nodes come and go by members' vote alone: where the ledger was founded with members by name.</summary>
    public static bool MembersAdmitNodes(LedgerTables tables)
    {
        if (!tables.TryGet(Ledger, TableNames.SingleKey, out var value)) return false;
        using var info = JsonDocument.Parse(value);
        return info.RootElement.TryGetProperty("membersAdmitNodes", out var by) && by.GetBoolean();
    }

    /// <summary>The constitution's script.</summary>
    public static string Constitution(LedgerTables tables) =>
        tables.TryGet(TableNames.Constitution, TableNames.SingleKey, out var value)
            ? JsonDocument.Parse(value).RootElement.GetString()!
            : "";

    /// <summary>The service's certificate, PEM.</summary>
    public static string Certificate(LedgerTables tables)
    {
        tables.TryGet(TableNames.ServiceInfo, TableNames.SingleKey, out var value);
        using var info = JsonDocument.Parse(value);
        return info.RootElement.Text(TableNames.ServiceInfo, "cert");
    }

    /// <summary>The id of the transaction that created the service.</summary>
    public static string CreatedBy(LedgerTables tables)
    {
        tables.TryGet(TableNames.ServiceInfo, TableNames.SingleKey, out var value);
        using var info = JsonDocument.Parse(value);
        return info.RootElement.Text(TableNames.ServiceInfo, "current_service_create_txid");
    }

    /// <summary>The certificate of the service that this one recovered, PEM; null where it recovered none.</summary>
    public static string? PreviousCertificate(LedgerTables tables) =>
        tables.TryGet(TableNames.PreviousServiceIdentity, TableNames.SingleKey, out var value)
            ? JsonSerializer.Deserialize<string>(value.Span)
            : null;

    /// <summary>The seqno of the transaction that created the service which this one recovered; null where it recovered none.</summary>
    public static SeqNo? PreviousCreatedAt(LedgerTables tables)
    {
        if (!tables.TryGet(TableNames.ServiceInfo, TableNames.SingleKey, out var value)) return null;
        using var info = JsonDocument.Parse(value);
        return info.RootElement.TryGetProperty("previous_service_identity_version", out var version)
            && version.ValueKind == JsonValueKind.Number
                ? new SeqNo(version.GetInt64())
                : null;
    }

    /// <summary>The row of the service as it is, but in another status.</summary>
    internal static byte[] With(LedgerTables tables, ServiceStatus status)
    {
        tables.TryGet(TableNames.ServiceInfo, TableNames.SingleKey, out var row);
        var info = JsonNode.Parse(row.Span)!.AsObject();
        info["status"] = status.ToString();
        return Json.Write(json => info.WriteTo(json));
    }

    /// <summary>The row of a new service.</summary>
    /// <param name="certificate">Its certificate, PEM.</param>
    /// <param name="status">How far it has come.</param>
    /// <param name="created">The transaction that creates it.</param>
    /// <param name="recovered">The tables of the service that it recovers; null where it founds a ledger.</param>
    internal static byte[] Info(
        string certificate, ServiceStatus status, TransactionId created, LedgerTables? recovered = null) => Json.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("cert", certificate);
        json.WriteString("current_service_create_txid", created.ToString());
        if (recovered is not null && TransactionId.TryParse(CreatedBy(recovered), out var previous))
            json.WriteNumber("previous_service_identity_version", previous.SeqNo.Value);
        else json.WriteNull("previous_service_identity_version");
        json.WriteNumber("recovery_count", recovered is null ? 0 : RecoveryCount(recovered) + 1);
        json.WriteNull("service_data");
        json.WriteString("status", status.ToString());
        json.WriteEndObject();
    });

    internal static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
