using System.Runtime.ExceptionServices;
using System.Text.Json;
using Stele.Scripting.WebAssembly;

namespace Stele.Scripting.QuickJs;

/// <summary>One run of a script.</summary>
internal sealed class SandboxRun
{
    private readonly Script _script;
    private readonly IScriptHost _host;
    private readonly ScriptImage _image = ScriptImage.Shared;
    private readonly QuickJsEngine _engine;
    private readonly StepBudget _budget;

    // What the host threw that is no answer to a script: it ends the run.
    private ExceptionDispatchInfo? _fault;

    public SandboxRun(Script script, IScriptHost host, ScriptLimits limits, TimeProvider time, CancellationToken cancellation)
    {
        (_script, _host) = (script, host);
        _budget = new StepBudget(limits, time, cancellation);
        _engine = new QuickJsEngine(_image.Image, _image.Runtime, _image.Context, limits, _budget.Take, CallHost);
    }

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
        if (context is not null && _engine.ErrorOf(_engine.Invoke(_image.Begin, _engine.NewString(context))) is not 0 and var early)
            return Fail(early);
        return Invoke(_image.Call, function, arguments);
    });

    /// <summary>Evaluates the script and has a function that it exports answer a request.</summary>
    public ScriptOutcome Serve(string function, string request) => Guard(() => Invoke(_image.Serve, function, request));

    private ScriptOutcome Invoke(int way, string function, string argument)
    {
        var exports = _engine.Evaluate(_script, isModule: true);
        if (_engine.ErrorOf(exports) is not 0 and var wrong) return Fail(wrong);
        var result = _engine.Invoke(way, exports, _engine.NewString(function), _engine.NewString(argument));
        if (_engine.ErrorOf(result) is not 0 and var error) return Fail(error);
        return new ScriptOutcome.Returned(_engine.TypeOf(result) == "string" ? _engine.GetString(result) : null);
    }

    private ScriptOutcome FindFunctions(IReadOnlyCollection<string> functions)
    {
        var exports = _engine.Evaluate(_script, isModule: true);
        if (_engine.ErrorOf(exports) is not 0 and var wrong) return Fail(wrong);
        var names = _engine.Invoke(_image.FunctionsOf, exports);
        if (_engine.ErrorOf(names) is not 0 and var error) return Fail(error);
        var found = JsonSerializer.Deserialize<string[]>(_engine.GetString(names))!;
        return functions.Except(found).FirstOrDefault() is { } missing
            ? new ScriptOutcome.Failed(new ScriptError($"The script exports no function '{missing}'"))
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
        var description = _engine.Invoke(_image.Describe, error);
        return _engine.ErrorOf(description) == 0
            ? new(ScriptError.Read(_engine.GetString(description), _script.Name))
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
    }
}
