using System.Runtime.CompilerServices;

namespace Stele.Scripting.WebAssembly;

/// <summary>
/// A running module: its memory, its globals, and how many steps it may still make. For one thread. Its code runs on the
/// caller's thread, whose stack must be large; a function called when little is left of it throws.
/// </summary>
internal sealed class WasmInstance
{
    /// <summary>The unit in which memory grows, in bytes.</summary>
    public const int PageSize = 1 << 16;

    /// <summary>The memory.</summary>
    public byte[] Memory;

    /// <summary>The globals.</summary>
    public readonly int[] Globals;

    // One step is a call or a turn of a loop; what moves many bytes at once costs as many steps as a loop over cache lines.
    private const int BytesInStep = 64;
    private readonly CompiledModule _code;
    private readonly int _pagesMax;
    private long _stepsLeft;

    /// <summary>Makes an instance and runs the function that the module wants run first.</summary>
    public WasmInstance(CompiledModule code, IWasmHost host, int pages, int pagesMax)
    {
        (_code, Host, _pagesMax) = (code, host, pagesMax);
        Memory = new byte[pages * PageSize];
        Globals = [.. code.Module.Globals];
        foreach (var (address, bytes) in code.Module.Data) bytes.Span.CopyTo(Memory.AsSpan(address));
        code.Start?.Invoke(this, []);
    }

    /// <summary>Makes an instance that goes on where another one stood.</summary>
    public WasmInstance(WasmImage image, IWasmHost host, int pagesMax)
    {
        (_code, Host, _pagesMax) = (image.Code, host, pagesMax);
        Memory = image.ToMemory();
        Globals = [.. image.Globals];
    }

    /// <summary>What the code may ask.</summary>
    public IWasmHost Host { get; }

    /// <summary>The instance as it stands, to make others from.</summary>
    public WasmImage ToImage() => new(_code, Memory, [.. Globals]);

    /// <summary>Calls a function of the module.</summary>
    /// <param name="export">Its name.</param>
    /// <param name="arguments">The arguments' bits.</param>
    /// <returns>The result's bits; 0 where there is no result.</returns>
    /// <exception cref="WasmTrapException">The code did what it must not.</exception>
    public long Call(string export, params long[] arguments)
    {
        try
        {
            return _code.Exports[export](this, arguments);
        }
        catch (Exception fault) when (fault is ArithmeticException or ArgumentOutOfRangeException or IndexOutOfRangeException
            or InsufficientExecutionStackException)
        {
            throw new WasmTrapException("The code did what it must not.", fault);
        }
    }

    /// <summary>Counts a call. For the code alone.</summary>
    public void Enter()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        Step();
    }

    /// <summary>Counts a turn of a loop. For the code alone.</summary>
    public void Step()
    {
        if (--_stepsLeft < 0) _stepsLeft += Host.MoreSteps();
    }

    /// <summary>The memory's size in pages. For the code alone.</summary>
    public int Pages() => Memory.Length / PageSize;

    /// <summary>Makes the memory larger.</summary>
    /// <returns>How many pages it had; -1 when it may not become so large.</returns>
    public bool TryGrow(int pages)
    {
        if ((uint)pages > (uint)(_pagesMax - Pages())) return false;
        Array.Resize(ref Memory, (Pages() + pages) * PageSize);
        return true;
    }

    /// <summary>Makes the memory larger. For the code alone.</summary>
    public static int Grow(int pages, WasmInstance instance)
    {
        var before = instance.Pages();
        return instance.TryGrow(pages) ? before : -1;
    }

    /// <summary>Copies within the memory. For the code alone.</summary>
    public static void Copy(int to, int from, int count, WasmInstance instance)
    {
        instance.Charge(count);
        instance.Memory.AsSpan(from, count).CopyTo(instance.Memory.AsSpan(to, count));
    }

    /// <summary>Fills memory with one byte. For the code alone.</summary>
    public static void Fill(int at, int value, int count, WasmInstance instance)
    {
        instance.Charge(count);
        instance.Memory.AsSpan(at, count).Fill((byte)value);
    }

    /// <summary>Finds a function by its number. For the code alone.</summary>
    public nint Resolve(int index, int type)
    {
        var entry = (uint)index < (uint)_code.Table.Length ? _code.Table[index] : default;
        return entry.Code != 0 && entry.Type == type ? entry.Code : throw new WasmTrapException("There is no such function.");
    }

    /// <summary>What the code throws where it must not come. For the code alone.</summary>
    public static Exception Unreachable() => new WasmTrapException("The code gave up.");

    /// <summary>Asks the host. For the code alone.</summary>
    public long CallHost(int import, long[] arguments) => Host.Call(this, _code.Module.Imports[import].Name, arguments);

    /// <summary>Takes steps for what was done outside; where there are too few, the next step finds out.</summary>
    public void TakeSteps(long steps) => _stepsLeft -= steps;

    private void Charge(int bytes)
    {
        _stepsLeft -= bytes / BytesInStep;
        Step();
    }
}
