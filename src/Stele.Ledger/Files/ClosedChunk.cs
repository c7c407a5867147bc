using System.Buffers.Binary;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Files;

/// <summary>A complete ledger file, read at random through its own positions table.</summary>
/// <param name="path">The file.</param>
/// <param name="first">The seqno of its first entry.</param>
/// <param name="last">The seqno of its last entry.</param>
internal sealed class ClosedChunk(string path, SeqNo first, SeqNo last)
{
    private long _tableOffset;

    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>The seqno of its first entry.</summary>
    public SeqNo First { get; } = first;

    /// <summary>The seqno of its last entry.</summary>
    public SeqNo Last { get; } = last;

    /// <summary>Where an entry lies in the file: one read of the positions table.</summary>
    /// <exception cref="LedgerCorruptException">The positions table is damaged.</exception>
    public EntryPlace Locate(SeqNo seqno, OpenFiles files)
    {
        var table = TableOffset(files);
        Span<byte> positions = stackalloc byte[2 * sizeof(uint)];
        var wanted = seqno < Last ? positions : positions[..sizeof(uint)];
        if (files.Read(Path, wanted, table + ((seqno.Value - First.Value) * sizeof(uint))) != wanted.Length)
            throw new LedgerCorruptException(Path, table, seqno, "its positions table is cut short");
        var begin = BinaryPrimitives.ReadUInt32LittleEndian(wanted);
        var end = seqno < Last ? BinaryPrimitives.ReadUInt32LittleEndian(wanted[sizeof(uint)..]) : table;
        if (begin < ChunkWriter.HeaderSize || end - begin is < EntryFormat.PublicOffset or > EntryFormat.SizeMax)
            throw new LedgerCorruptException(Path, begin, seqno, "its positions table says what cannot be");
        return new EntryPlace(begin, (int)(end - begin));
    }

    /// <summary>How many bytes of its entries there are from one on; of all of them where it lies before the first.</summary>
    /// <exception cref="LedgerCorruptException">The positions table is damaged.</exception>
    public long BytesFrom(SeqNo first, OpenFiles files) =>
        TableOffset(files) - (first > First ? Locate(first, files).Offset : ChunkWriter.HeaderSize);

    private long TableOffset(OpenFiles files)
    {
        var known = Volatile.Read(ref _tableOffset);
        if (known != 0) return known;
        Span<byte> header = stackalloc byte[ChunkWriter.HeaderSize];
        if (files.Read(Path, header, 0) == header.Length) known = BinaryPrimitives.ReadInt64LittleEndian(header);
        if (known < ChunkWriter.HeaderSize) throw new LedgerCorruptException(Path, 0, null, "it has no positions table");
        Volatile.Write(ref _tableOffset, known);
        return known;
    }
}
