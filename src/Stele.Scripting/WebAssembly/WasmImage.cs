namespace Stele.Scripting.WebAssembly;

/// <summary>An instance as it stood at one time. Only the part of its memory that is not zero is kept.</summary>
internal sealed class WasmImage
{
    private readonly int _length;
    private readonly List<(int At, byte[] Bytes)> _pages = [];

    /// <summary>Keeps a memory and globals.</summary>
    public WasmImage(CompiledModule code, byte[] memory, int[] globals)
    {
        (Code, Globals, _length) = (code, globals, memory.Length);
        for (var at = 0; at < memory.Length; at += WasmInstance.PageSize)
        {
            var page = memory.AsSpan(at, WasmInstance.PageSize);
            if (page.ContainsAnyExcept((byte)0)) _pages.Add((at, page.ToArray()));
        }
    }

    /// <summary>The code.</summary>
    public CompiledModule Code { get; }

    /// <summary>The globals.</summary>
    public int[] Globals { get; }

    /// <summary>A copy of the memory.</summary>
    public byte[] ToMemory()
    {
        var memory = new byte[_length];
        foreach (var (at, bytes) in _pages) bytes.CopyTo(memory, at);
        return memory;
    }
}
