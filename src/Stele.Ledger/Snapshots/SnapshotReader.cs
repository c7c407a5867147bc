using Stele.Cryptography;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Snapshots;

/// <summary>Reads a snapshot's entry.</summary>
public static class SnapshotReader
{
    /// <summary>Reads a snapshot.</summary>
    /// <param name="bytes">The entry, its 8-byte header included, without a receipt. They are kept, not copied.</param>
    /// <exception cref="FormatException">The bytes are not a snapshot; the message names the place within them.</exception>
    public static SealedSnapshot Parse(ReadOnlyMemory<byte> bytes)
    {
        var frame = SnapshotFrame.Read(bytes);
        var reader = new DomainReader(frame.PublicDomain, EntryFormat.PublicOffset);
        if (reader.Byte() != (byte)EntryType.Snapshot) throw reader.Fault("an entry, and no snapshot");
        if (reader.Int64() != frame.SeqNo.Value) throw reader.Fault($"another seqno than {frame.SeqNo}, which the GCM header says");
        if (reader.Int64() != 0) throw reader.Fault("a conflict version other than 0");
        var contents = new SnapshotContents
        {
            SeqNo = frame.SeqNo,
            SealedIn = frame.SealedAs.View,
            Leaf = ReadLeaf(ref reader),
            ViewHistory = ReadViewHistory(ref reader, frame.SeqNo),
            Tables = ReadTables(ref reader, frame.SeqNo, isPublic: true),
        };
        return new SealedSnapshot(frame, contents);
    }

    internal static IReadOnlyList<SnapshotTable> ReadTables(ref DomainReader reader, SeqNo seqno, bool isPublic)
    {
        var names = new HashSet<TableName>();
        var tables = new List<SnapshotTable>();
        while (!reader.AtEnd)
        {
            var name = new TableName(reader.Text());
            if (name.IsPublic != isPublic) throw reader.Fault($"table {name} stands in the wrong domain");
            if (!names.Add(name)) throw reader.Fault($"table {name} stands twice");
            tables.Add(new SnapshotTable(name, Version(ref reader, seqno), ReadRows(reader.Nested(), seqno)));
        }
        return tables;
    }

    private static Digest ReadLeaf(ref DomainReader reader) =>
        reader.Int64() == Digest.Size ? reader.Digest() : throw reader.Fault("a leaf of another size than 32 bytes");

    private static List<SeqNo> ReadViewHistory(ref DomainReader reader, SeqNo seqno)
    {
        var bytes = reader.Nested();
        var starts = new List<SeqNo>();
        while (!bytes.AtEnd)
        {
            var start = Version(ref bytes, seqno);
            if (starts.Count > 0 && start.CompareTo(starts[^1]) < 0) throw bytes.Fault("a view that began before its predecessor");
            starts.Add(start);
        }
        return starts;
    }

    private static List<SnapshotRow> ReadRows(DomainReader reader, SeqNo seqno)
    {
        var keys = new HashSet<ReadOnlyMemory<byte>>(KeyEquality.Instance);
        var rows = new List<SnapshotRow>();
        while (!reader.AtEnd)
        {
            var key = reader.SizedBytes();
            reader.Padding();
            if (!keys.Add(key)) throw reader.Fault("a key that stands twice");
            rows.Add(ReadRow(key, reader.Nested(), seqno));
            reader.Padding();
        }
        return rows;
    }

    private static SnapshotRow ReadRow(ReadOnlyMemory<byte> key, DomainReader reader, SeqNo seqno)
    {
        var version = reader.Int64();
        var isTombstone = version < 0;
        if (version < -seqno.Value || version > seqno.Value) throw reader.Fault($"version {version} in a snapshot at {seqno}");
        if (isTombstone && !reader.AtEnd) throw reader.Fault("a removed key with a value");
        return new SnapshotRow(key, new SeqNo(Math.Abs(version)), isTombstone ? default(ReadOnlyMemory<byte>?) : reader.TakeRest());
    }

    private static SeqNo Version(ref DomainReader reader, SeqNo seqno)
    {
        var version = reader.Int64();
        if (version < 0 || version > seqno.Value) throw reader.Fault($"version {version} in a snapshot at {seqno}");
        return new SeqNo(version);
    }

    private sealed class KeyEquality : IEqualityComparer<ReadOnlyMemory<byte>>
    {
        public static readonly KeyEquality Instance = new();

        public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceEqual(y.Span);

        public int GetHashCode(ReadOnlyMemory<byte> key)
        {
            var hash = new HashCode();
            hash.AddBytes(key.Span);
            return hash.ToHashCode();
        }
    }
}
