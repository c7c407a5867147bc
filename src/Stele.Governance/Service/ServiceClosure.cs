using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Service;

/// <summary>Whether members have closed the service; reads the service's row once, however often it is asked.</summary>
/// <remarks>Any thread may ask.</remarks>
public sealed class ServiceClosure
{
    private Known? _known;

    /// <summary>Whether the service is closed in a state of the ledger.</summary>
    public bool IsIn(LedgerTables tables)
    {
        if (!tables.TryGet(TableNames.ServiceInfo, TableNames.SingleKey, out var row)) return false;
        var known = _known;
        // The same memory, and not only the same length: rows are never written over.
        if (known is null || !known.Row.Equals(row)) _known = known = new(row, ServiceTable.Status(tables) == ServiceStatus.Closed);
        return known.IsClosed;
    }

    private sealed record Known(ReadOnlyMemory<byte> Row, bool IsClosed);
}
