namespace Stele.Replication.Sequencing;

/// <summary>The bytes of a batch's entries, one behind the other, in a buffer that serves one batch after another.</summary>
/// <param name="size">Its size in bytes; what does not fit gets an array of its own.</param>
internal sealed class EntryBuffer(int size)
{
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(size);
    private int _used;

    /// <summary>Room for an entry.</summary>
    public Memory<byte> Take(int bytes)
    {
        if (bytes > _bytes.Length - _used) return new byte[bytes];
        var taken = _bytes.AsMemory(_used, bytes);
        _used += bytes;
        return taken;
    }

    /// <summary>Gives all of it up: nobody reads the last batch's entries any more.</summary>
    public void Clear() => _used = 0;
}
