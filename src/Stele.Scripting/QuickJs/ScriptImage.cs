using Stele.Scripting.WebAssembly;

namespace Stele.Scripting.QuickJs;

/// <summary>
/// An engine that has made its runtime and run the prelude: every script begins with a copy of it, so that a new sandbox costs a
/// copy of some hundred kilobytes.
/// </summary>
internal sealed class ScriptImage
{
    private static readonly Lazy<ScriptImage> Once = new(() => new ScriptImage());

    private ScriptImage()
    {
        var code = CompiledModule.Compile(Resource("Stele.Scripting.quickjs.wasm"));
        var engine = new QuickJsEngine(code);
        var source = System.Text.Encoding.UTF8.GetString(Resource("Stele.Scripting.prelude.js"));
        var prelude = engine.Evaluate(new Script("prelude", source), isModule: false);
        var functions = engine.Invoke(prelude, engine.NewFunction("host", 1));
        if (engine.ErrorOf(functions) is not 0 and var error) throw new InvalidOperationException(engine.GetString(error));
        (Call, Describe, Missing) = (engine.ElementAt(functions, 0), engine.ElementAt(functions, 1), engine.ElementAt(functions, 2));
        (Serve, Begin) = (engine.ElementAt(functions, 3), engine.ElementAt(functions, 4));
        (Runtime, Context, Image) = (engine.Runtime, engine.Context, engine.ToImage());
    }

    /// <summary>The one image.</summary>
    public static ScriptImage Shared => Once.Value;

    /// <summary>The engine's memory.</summary>
    public WasmImage Image { get; }

    /// <summary>The runtime's address.</summary>
    public int Runtime { get; }

    /// <summary>The context's address.</summary>
    public int Context { get; }

    /// <summary>The prelude's function that calls an exported function.</summary>
    public int Call { get; }

    /// <summary>The prelude's function that describes an error.</summary>
    public int Describe { get; }

    /// <summary>The prelude's function that names a function that a script must export and does not.</summary>
    public int Missing { get; }

    /// <summary>The prelude's function that has an exported function answer a request.</summary>
    public int Serve { get; }

    /// <summary>The prelude's function that makes the global <c>context</c>.</summary>
    public int Begin { get; }

    private static byte[] Resource(string name)
    {
        using var stream = typeof(ScriptImage).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
