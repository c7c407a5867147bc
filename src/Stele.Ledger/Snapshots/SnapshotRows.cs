using Stele.Ledger.Entries;

namespace Stele.Ledger.Snapshots;

/// <summary>The rows of a table in the order in which a snapshot has them: equal tables give equal bytes.</summary>
internal sealed class SnapshotRows
{
    private readonly SnapshotRow[] _rows;

    public SnapshotRows(SnapshotTable table)
    {
        Table = table;
        _rows = [.. table.Rows];
        var places = Array.ConvertAll(_rows, row => (SnapshotFormat.PlaceOf(row.Key.Span), row.Key));
        Array.Sort(places, _rows, Comparer<(uint, ReadOnlyMemory<byte>)>.Create(Compare));
        foreach (var row in _rows) Size = checked(Size + SizeOf(row));
    }

    public SnapshotTable Table { get; }

    /// <summary>The size of all rows in bytes.</summary>
    public int Size { get; }

    public void Write(ref DomainWriter writer)
    {
        foreach (var row in _rows) Write(ref writer, row);
    }

    private static int SizeOf(SnapshotRow row) =>
        (3 * sizeof(long)) + SnapshotFormat.Padded(row.Key.Length) + SnapshotFormat.Padded(row.Value?.Length ?? 0);

    private static void Write(ref DomainWriter writer, SnapshotRow row)
    {
        writer.SizedBytes(row.Key.Span);
        writer.Zeros(SnapshotFormat.Padded(row.Key.Length) - row.Key.Length);
        var value = row.Value.GetValueOrDefault().Span;
        writer.Int64(sizeof(long) + value.Length);
        writer.Int64(row.Value is null ? -row.Version.Value : row.Version.Value);
        writer.Bytes(value);
        writer.Zeros(SnapshotFormat.Padded(value.Length) - value.Length);
    }

    // CCF leaves open how two keys with the same number are ordered; here their bytes decide.
    private static int Compare((uint Number, ReadOnlyMemory<byte> Key) x, (uint Number, ReadOnlyMemory<byte> Key) y)
    {
        var byNumber = x.Number.CompareTo(y.Number);
        return byNumber != 0 ? byNumber : x.Key.Span.SequenceCompareTo(y.Key.Span);
    }
}
