using System.Text;
using System.Text.Json;
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
        return Enum.Parse<ServiceStatus>(info.RootElement.GetProperty("status").GetString()!);
    }

    /// <summary>How often the service has been recovered from a disaster.</summary>
    public static int RecoveryCount(LedgerTables tables)
    {
        if (!tables.TryGet(TableNames.ServiceInfo, TableNames.SingleKey, out var value)) return 0;
        using var info = JsonDocument.Parse(value);
        return info.RootElement.GetProperty("recovery_count").GetInt32();
    }

    /// <summary>Whether entries are sealed.</summary>
    public static LedgerVisibility Visibility(LedgerTables tables)
    {
        if (!tables.TryGet(Ledger, TableNames.SingleKey, out var value)) return LedgerVisibility.Private;
        using var info = JsonDocument.Parse(value);
        return Enum.Parse<LedgerVisibility>(info.RootElement.GetProperty("ledgerType").GetString()!);
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
        return info.RootElement.GetProperty("cert").GetString()!;
    }

    /// <summary>The id of the transaction that created the service.</summary>
    public static string CreatedBy(LedgerTables tables)
    {
        tables.TryGet(TableNames.ServiceInfo, TableNames.SingleKey, out var value);
        using var info = JsonDocument.Parse(value);
        return info.RootElement.GetProperty("current_service_create_txid").GetString()!;
    }

    /// <summary>The row of the service as it is, but open.</summary>
    internal static byte[] Opened(LedgerTables tables) => TransactionId.TryParse(CreatedBy(tables), out var created)
        ? Info(Certificate(tables), ServiceStatus.Open, created)
        : throw new InvalidOperationException("The service's table does not say which transaction created it.");

    internal static byte[] Info(string certificate, ServiceStatus status, TransactionId created) => Json.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("cert", certificate);
        json.WriteString("current_service_create_txid", created.ToString());
        json.WriteNull("previous_service_identity_version");
        json.WriteNumber("recovery_count", 0);
        json.WriteNull("service_data");
        json.WriteString("status", status.ToString());
        json.WriteEndObject();
    });

    internal static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
