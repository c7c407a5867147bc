using System.Runtime.ExceptionServices;
using System.Text;
using System.Text.Json;
using Stele.Scripting.WebAssembly;

namespace Stele.Scripting.QuickJs;

/// <summary>One run of a script.</summary>
internal sealed class SandboxRun
{
    private readonly Script _script;
    private readonly IScriptHost _host;
    private readonly ScriptImage _image = ScriptImage.Shared;
    private readonly Func<QuickJsEngine> _start;
    private QuickJsEngine? _engine;

    // What the host threw that is no answer to a script: it ends the run.
    private ExceptionDispatchInfo? _fault;

    public SandboxRun(Script script, IScriptHost host, StepBudget budget)
    {
        (_script, _host) = (script, host);
        _start = () => new QuickJsEngine(_image.Image, _image.Runtime, _image.Context, budget.Limits, budget.Take, CallHost);
    }

    // Where it is guarded: its start costs steps, and there may be none left.
    private QuickJsEngine Engine => _engine ??= _start();

    /// <summary>Evaluates the script and looks for the functions that it must export.</summary>
    /// <returns>What is wrong with it; none when nothing is.</returns>
    public ScriptError? Check(IReadOnlyCollection<string> functions) => Guard(() => FindFunctions(functions)) switch
    {
        ScriptOutcome.Failed { Error: var error } => error,
        _ => null,
    };

    /// <summary>Evaluates the script and calls a function that it exports.</summary>
    /// <param name="function">The function's name.</param>
    /// <param name="arguments">Its arguments: a JSON array.</param>
    /// <param name="context">What the global <c>context</c> is, as JSON; without one there is none.</param>
    public ScriptOutcome Call(string function, string arguments, string? context = null) => Guard(() =>
    {
        if (context is not null && Engine.ErrorOf(Engine.Invoke(_image.Begin, Engine.NewString(context))) is not 0 and var early)
            return Fail(early);
        return Invoke(_image.Call, function, arguments);
    });

    /// <summary>Evaluates the script and has a function that it exports answer a request.</summary>
    public ScriptOutcome Serve(string function, string request) => Guard(() => Invoke(_image.Serve, function, request));

    private ScriptOutcome Invoke(int way, string function, string argument)
    {
        var exports = Engine.Evaluate(_script, isModule: true);
        if (Engine.ErrorOf(exports) is not 0 and var wrong) return Fail(wrong);
        var result = Engine.Invoke(way, exports, Engine.NewString(function), Engine.NewString(argument));
        if (Engine.ErrorOf(result) is not 0 and var error) return Fail(error);
        return Engine.TypeOf(result) switch
        {
            "string" => Returned(Engine.GetString(result)),
            "boolean" => new ScriptOutcome.Failed(ScriptError.Unfinished(function)),
            _ => new ScriptOutcome.Returned(null),
        };
    }

    // Nobody beyond the sandbox need reckon with texts that cannot be read.
    private static ScriptOutcome Returned(string json) => JsonTexts.AreWhole(Encoding.UTF8.GetBytes(json))
        ? new ScriptOutcome.Returned(json)
        : new ScriptOutcome.Failed(new ScriptError("What was returned has half a surrogate pair in a text, or is nested too deep"));

    private ScriptOutcome FindFunctions(IReadOnlyCollection<string> functions)
    {
        var exports = Engine.Evaluate(_script, isModule: true);
        if (Engine.ErrorOf(exports) is not 0 and var wrong) return Fail(wrong);
        var missing = Engine.Invoke(_image.Missing, exports, Engine.NewString(JsonSerializer.Serialize(functions)));
        if (Engine.ErrorOf(missing) is not 0 and var error) return Fail(error);
        return Engine.TypeOf(missing) == "string"
            ? new ScriptOutcome.Failed(new ScriptError($"The script exports no function '{Engine.GetString(missing)}'"))
            : new ScriptOutcome.Returned(null);
    }

    private ScriptOutcome Guard(Func<ScriptOutcome> run)
    {
        try
        {
            return run();
        }
        catch (ScriptLimitException limit)
        {
            return new ScriptOutcome.Failed(new ScriptError(limit.Message));
        }
        catch (WasmTrapException trap)
        {
            _fault?.Throw();
            return new ScriptOutcome.Failed(new ScriptError($"The script broke the engine it ran in: {trap.Message}"));
        }
    }

    private ScriptOutcome.Failed Fail(int error)
    {
        var description = Engine.Invoke(_image.Describe, error);
        return Engine.ErrorOf(description) == 0
            ? new(ScriptError.Read(Engine.GetString(description), _script.Name))
            : new(new ScriptError("The script threw an error that cannot be described."));
    }

    private int CallHost(QuickJsEngine engine, int function, long[] call)
    {
        var (count, list) = ((int)call[2], (int)call[3]);
        string Text(int index) => engine.GetString(engine.ArgumentAt(list, index));
        byte[]? Bytes(int index) =>
            index < count && engine.TypeOf(engine.ArgumentAt(list, index)) == "object"
                ? engine.GetBytes(engine.ArgumentAt(list, index)) : null;
        try
        {
            using var arguments = JsonDocument.Parse(Text(1));
            var answer = _host.Answer(Text(0), arguments.RootElement, Bytes(2), Bytes(3));
            return answer.Bytes is { } bytes ? engine.NewBytes(bytes) : answer.Json is { } json ? engine.NewString(json) : 0;
        }
        catch (Exception refusal) when (refusal is ScriptHostException or JsonException)
        {
            return engine.NewException(refusal.Message);
        }
        catch (Exception thrown) when (thrown is not (ScriptLimitException or WasmTrapException or OperationCanceledException))
        {
            _fault = ExceptionDispatchInfo.Capture(thrown);
            throw new WasmTrapException("The host failed.", thrown);
        }
        finally
        {
            engine.Charge(_host.TakeCost());
        }
    }
}
