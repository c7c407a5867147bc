using System.Buffers;

namespace Stele.Ledger.Files;

/// <summary>Entries of a ledger file, one behind the other and each whole, in a pooled buffer.</summary>
/// <param name="first">The seqno of the first entry, by the file's name and what was read before.</param>
/// <param name="offset">The byte in the file where it begins.</param>
/// <param name="size">The size in bytes of the buffer.</param>
internal sealed class EntryBlock(SeqNo first, long offset, int size) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(size);
    private readonly List<int> _ends = [0];

    /// <summary>The seqno of the first entry.</summary>
    public SeqNo First { get; } = first;

    /// <summary>The number of entries.</summary>
    public int Count => _ends.Count - 1;

    /// <summary>The bytes of all of them.</summary>
    public int Size => _ends[^1];

    /// <summary>The buffer.</summary>
    public Span<byte> Buffer => _buffer.AsSpan(0, size);

    /// <summary>An entry's bytes, which lie here until the block is disposed of.</summary>
    public Memory<byte> this[int index] => _buffer.AsMemory(_ends[index].._ends[index + 1]);

    /// <summary>The byte in the file where an entry begins.</summary>
    public long OffsetOf(int index) => offset + _ends[index];

    /// <summary>Takes what follows the last entry as the next one.</summary>
    public void Add(int entrySize) => _ends.Add(_ends[^1] + entrySize);

    /// <summary>Gives the buffer back, cleared: entries may have been opened in it.</summary>
    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
    }
}
