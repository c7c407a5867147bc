using System.Buffers.Binary;
using System.Text;
using Stele.Scripting.WebAssembly;
using Names = Stele.Scripting.QuickJs.QuickJsNames;

namespace Stele.Scripting.QuickJs;

/// <summary>
/// QuickJS in its own memory: values are addresses in it. Pure computation: what the engine asks of its system (time, time zone,
/// environment, files) is answered the same way always, and nothing of this machine can be seen.
/// </summary>
internal sealed class QuickJsEngine : IWasmHost
{
    private const int StartPages = 96;
    private const int EvalAsModule = 1;
    private readonly WasmInstance _instance;
    private readonly Func<long> _moreSteps;
    private readonly Func<QuickJsEngine, int, long[], int>? _callHost;
    private Func<string, string?>? _imports;

    /// <summary>Starts an engine from nothing.</summary>
    public QuickJsEngine(CompiledModule code)
    {
        _moreSteps = () => long.MaxValue / 2;
        _instance = new WasmInstance(code, this, StartPages, StartPages);
        Call(Names.Initialize);
        var runtime = Call(Names.NewRuntime);
        Context = Call(Names.NewContext, runtime, 0);
        Runtime = runtime;
    }

    /// <summary>Starts an engine where another one stood.</summary>
    /// <param name="image">The other engine.</param>
    /// <param name="runtime">Its runtime.</param>
    /// <param name="context">Its context.</param>
    /// <param name="limits">What the script may use.</param>
    /// <param name="moreSteps">Asked for steps.</param>
    /// <param name="callHost">Called with the number of arguments' values, gives the address of a value.</param>
    public QuickJsEngine(
        WasmImage image, int runtime, int context, ScriptLimits limits, Func<long> moreSteps,
        Func<QuickJsEngine, int, long[], int> callHost)
    {
        (Runtime, Context, _moreSteps, _callHost) = (runtime, context, moreSteps, callHost);
        _instance = new WasmInstance(image, this, StartPages + (limits.MemoryBytes / WasmInstance.PageSize) + 16);
        Call(Names.SetMemoryLimit, runtime, limits.MemoryBytes);
        Call(Names.SetStackSize, runtime, Math.Min(limits.StackBytes, ScriptLimits.StackBytesMax));
    }

    /// <summary>The runtime's address.</summary>
    public int Runtime { get; }

    /// <summary>The context's address.</summary>
    public int Context { get; }

    /// <summary>The engine as it stands.</summary>
    public WasmImage ToImage() => _instance.ToImage();

    /// <summary>Runs a script's text.</summary>
    /// <returns>Its value; for a module, what it exports.</returns>
    public int Evaluate(Script script, bool isModule)
    {
        if (script.Imports is { } imports)
        {
            _imports = imports;
            Call(Names.EnableModules, Runtime, 0);
        }
        var length = Encoding.UTF8.GetByteCount(script.Source);
        var source = NewCString(script.Source);
        var name = NewCString(script.Name);
        return Call(Names.Eval, Context, source, length, name, 0, isModule ? EvalAsModule : 0);
    }

    /// <summary>Calls a function.</summary>
    /// <returns>What it returned, or an exception.</returns>
    public int Invoke(int function, params ReadOnlySpan<int> arguments)
    {
        var list = Allocate(arguments.Length * sizeof(int));
        for (var i = 0; i < arguments.Length; i++) WriteInt(list + (i * sizeof(int)), arguments[i]);
        return Call(Names.CallValue, Context, function, Call(Names.GetUndefined), arguments.Length, list);
    }

    /// <summary>A function of the host, which the script's side calls by its number.</summary>
    public int NewFunction(string name, int number) => Call(Names.NewFunction, Context, NewCString(name), 0, 0, number);

    /// <summary>The error, when a value is an exception; 0 when it is none.</summary>
    public int ErrorOf(int value) => value == 0 ? throw NoMemory() : Call(Names.ResolveException, Context, value);

    /// <summary>An array's element.</summary>
    public int ElementAt(int array, int index) => Call(Names.GetPropNumber, Context, array, index);

    /// <summary>What <c>typeof</c> says of a value.</summary>
    public string TypeOf(int value)
    {
        var text = Call(Names.Typeof, Context, value);
        var type = ReadCString(text);
        Call(Names.Free, text);
        return type;
    }

    /// <summary>A text, up to its first U+0000.</summary>
    public string GetString(int value)
    {
        var text = Call(Names.GetString, Context, value);
        if (text == 0) throw NoMemory();
        var read = ReadCString(text);
        Call(Names.FreeCString, Context, text);
        return read;
    }

    /// <summary>A buffer's bytes; none when the value is no buffer.</summary>
    public byte[]? GetBytes(int value)
    {
        var copy = Call(Names.GetArrayBuffer, Context, value);
        if (copy == 0) return null;
        var bytes = _instance.Memory.AsSpan(copy, Call(Names.GetArrayBufferLength, Context, value)).ToArray();
        Call(Names.Free, copy);
        return bytes;
    }

    /// <summary>A text as a value.</summary>
    public int NewString(string text)
    {
        var address = NewCString(text);
        var value = Call(Names.NewString, Context, address);
        Call(Names.Free, address);
        return value;
    }

    /// <summary>A buffer as a value.</summary>
    public int NewBytes(ReadOnlySpan<byte> bytes)
    {
        var address = Allocate(bytes.Length);
        bytes.CopyTo(_instance.Memory.AsSpan(address));
        return Call(Names.NewArrayBuffer, Context, address, bytes.Length);
    }

    /// <summary>An exception with a message.</summary>
    public int NewException(string message)
    {
        var error = Call(Names.NewError, Context);
        Call(Names.SetProp, Context, error, NewString("message"), NewString(message));
        return Call(Names.Throw, Context, error);
    }

    /// <summary>Counts what the host did for the script as steps of the script.</summary>
    public void Charge(long steps) => _instance.TakeSteps(steps);

    /// <summary>An argument of a call that the script's side makes.</summary>
    public int ArgumentAt(int arguments, int index) => Call(Names.ArgumentAt, arguments, index);

    long IWasmHost.MoreSteps() => _moreSteps();

    // A system without files, environment and clock.
    long IWasmHost.Call(WasmInstance instance, string import, long[] arguments) => import switch
    {
        Names.CallFunction => _callHost!(this, (int)arguments[4], arguments),
        Names.FreeFunction => 0,
        Names.LoadModule => LoadModule((int)arguments[2]),
        Names.GrowHeap => GrowHeap(instance, (uint)arguments[0]),
        Names.DateNow => 0,
        Names.ClockTime => Fill(instance, (int)arguments[2], sizeof(long)),
        Names.EnvironmentSizes => Fill(instance, (int)arguments[0], sizeof(int)) + Fill(instance, (int)arguments[1], sizeof(int)),
        Names.EnvironmentGet => 0,
        Names.TimeZone => SetTimeZone(instance, arguments),
        Names.LocalTime => Fill(instance, (int)arguments[1], 40),
        _ => throw new WasmTrapException("The engine asked for what it cannot have."),
    };

    // The engine frees the text when it has compiled it.
    private long LoadModule(int name)
    {
        var path = ReadCString(name);
        if (_imports?.Invoke(path) is { } source) return NewCString(source);
        NewException($"There is no module {path}");
        return 0;
    }

    private static long GrowHeap(WasmInstance instance, uint size)
    {
        var pages = (int)((size + (ulong)WasmInstance.PageSize - 1) / WasmInstance.PageSize) - instance.Pages();
        // In larger steps where that is allowed: each step copies the memory.
        return pages <= 0 || instance.TryGrow(Math.Max(pages, instance.Pages() / 2)) || instance.TryGrow(pages) ? 1 : 0;
    }

    private static long Fill(WasmInstance instance, int address, int length)
    {
        instance.Memory.AsSpan(address, length).Clear();
        return 0;
    }

    private static long SetTimeZone(WasmInstance instance, long[] arguments)
    {
        Fill(instance, (int)arguments[0], sizeof(int));
        Fill(instance, (int)arguments[1], sizeof(int));
        foreach (var name in arguments.AsSpan(2)) "UTC\0"u8.CopyTo(instance.Memory.AsSpan((int)name));
        return 0;
    }

    private int Call(string export, params long[] arguments) => (int)_instance.Call(export, arguments);

    private int NewCString(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var address = Allocate(length + 1);
        Encoding.UTF8.GetBytes(text, _instance.Memory.AsSpan(address, length));
        _instance.Memory[address + length] = 0;
        return address;
    }

    private string ReadCString(int address)
    {
        var rest = _instance.Memory.AsSpan(address);
        return Encoding.UTF8.GetString(rest[..rest.IndexOf((byte)0)]);
    }

    private int Allocate(int length)
    {
        var address = Call(Names.Malloc, length);
        return address == 0 ? throw NoMemory() : address;
    }

    private void WriteInt(int address, int value) => BinaryPrimitives.WriteInt32LittleEndian(_instance.Memory.AsSpan(address), value);

    private static ScriptLimitException NoMemory() => new("The script needs more memory than it may.");
}
