using System.Buffers;

namespace Stele.Ledger.Collections;

/// <summary>Goes through the records of a run in their order, one block in memory at a time.</summary>
internal sealed class RunCursor(Run run) : IDisposable
{
    private byte[] _block = ArrayPool<byte>.Shared.Rent(2 * RunWriter.BlockBytes);
    private byte[] _key = new byte[64];
    private int _keyLength;
    private int _next;
    private int _position;
    private int _end;
    private int _valueStart;

    /// <summary>The record's key, until the cursor moves.</summary>
    public ReadOnlySpan<byte> Key => _key.AsSpan(0, _keyLength);

    /// <summary>The record's value, until the cursor moves.</summary>
    public ReadOnlySpan<byte> Value => _block.AsSpan(_valueStart.._position);

    /// <summary>Moves to the first record whose key is the given one or behind it.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="RunDamagedException">The run cannot be read.</exception>
    public bool Seek(ReadOnlySpan<byte> key)
    {
        _next = run.FindBlock(key);
        (_position, _end) = (0, 0);
        var found = MoveNext();
        while (found && Key.SequenceCompareTo(key) < 0) found = MoveNext();
        return found;
    }

    /// <summary>Moves to the next record; at first to the run's first one.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="RunDamagedException">The run cannot be read.</exception>
    public bool MoveNext()
    {
        if (_position == _end && !ReadBlock()) return false;
        ReadOnlySpan<byte> rest = _block.AsSpan(_position.._end);
        var shared = (int)Varint.Take(ref rest);
        var keyLength = Varint.TakeLength(ref rest);
        var valueLength = Varint.TakeLength(ref rest);
        if (_key.Length < shared + keyLength) Array.Resize(ref _key, 2 * (shared + keyLength));
        rest[..keyLength].CopyTo(_key.AsSpan(shared));
        _keyLength = shared + keyLength;
        _valueStart = _end - rest.Length + keyLength;
        _position = _valueStart + valueLength;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_block);

    private bool ReadBlock()
    {
        if (_next == run.BlockCount) return false;
        _end = run.ReadBlock(_next++, ref _block);
        _position = 0;
        return true;
    }
}
