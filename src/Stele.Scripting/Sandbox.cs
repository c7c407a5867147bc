using Stele.Scripting.QuickJs;

namespace Stele.Scripting;

/// <summary>
/// Runs scripts that nobody trusts. Each run has an engine of its own, which begins the same way every time, sees nothing but
/// what its host answers, and is thrown away after; so the same script with the same answers gives the same result everywhere.
/// </summary>
public static class Sandbox
{
    // The engine's calls run on the thread's stack; it must hold more than the engine's own stack allows.
    private const int ThreadStackBytes = 256 << 20;

    /// <summary>The engine.</summary>
    public const string Engine = "quickjs-ng 0.12.1";

    /// <summary>Calls a function that a script exports.</summary>
    /// <param name="script">The script.</param>
    /// <param name="function">The function's name.</param>
    /// <param name="arguments">Its arguments: a JSON array.</param>
    /// <param name="host">What the script can ask.</param>
    /// <param name="limits">What it may use.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">When nobody waits for it any more.</param>
    /// <exception cref="TimeoutException">It took too long on this machine; what it would have said is not known.</exception>
    public static ScriptOutcome Run(
        Script script, string function, string arguments, IScriptHost host, ScriptLimits limits, TimeProvider time,
        CancellationToken cancellation) => Run(script, function, arguments, host, new StepBudget(limits, time, cancellation));

    /// <summary>Calls a function that a script exports, at the cost of a budget that others may use too.</summary>
    /// <param name="script">The script.</param>
    /// <param name="function">The function's name.</param>
    /// <param name="arguments">Its arguments: a JSON array.</param>
    /// <param name="host">What the script can ask.</param>
    /// <param name="budget">What it may use.</param>
    /// <exception cref="TimeoutException">It took too long on this machine; what it would have said is not known.</exception>
    public static ScriptOutcome Run(Script script, string function, string arguments, IScriptHost host, StepBudget budget) =>
        OnThread(() => new SandboxRun(script, host, budget).Call(function, arguments));

    /// <summary>Compiles a script without calling any of its functions; its statements at the top run.</summary>
    /// <param name="script">The script.</param>
    /// <param name="functions">The functions that it must export.</param>
    /// <param name="host">What the script can ask.</param>
    /// <param name="limits">What it may use.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">When nobody waits for it any more.</param>
    /// <exception cref="TimeoutException">It took too long on this machine; what it would have said is not known.</exception>
    /// <returns>What is wrong with it; none when nothing is.</returns>
    public static ScriptError? Check(
        Script script, IReadOnlyCollection<string> functions, IScriptHost host, ScriptLimits limits, TimeProvider time,
        CancellationToken cancellation) => Check(script, functions, host, new StepBudget(limits, time, cancellation));

    /// <summary>Compiles a script without calling any of its functions, at the cost of a budget that others may use too.</summary>
    /// <param name="script">The script.</param>
    /// <param name="functions">The functions that it must export.</param>
    /// <param name="host">What the script can ask.</param>
    /// <param name="budget">What it may use.</param>
    /// <exception cref="TimeoutException">It took too long on this machine; what it would have said is not known.</exception>
    /// <returns>What is wrong with it; none when nothing is.</returns>
    public static ScriptError? Check(Script script, IReadOnlyCollection<string> functions, IScriptHost host, StepBudget budget) =>
        OnThread(() => new SandboxRun(script, host, budget).Check(functions));

    /// <summary>Compiles a script as <c>Check</c> does, without holding the thread that waits.</summary>
    /// <exception cref="TimeoutException">It took too long on this machine; what it would have said is not known.</exception>
    /// <returns>What is wrong with it; none when nothing is.</returns>
    public static Task<ScriptError?> CheckAsync(
        Script script, IScriptHost host, ScriptLimits limits, TimeProvider time, CancellationToken cancellation) =>
        OnThreadAsync(() => new SandboxRun(script, host, new StepBudget(limits, time, cancellation)).Check([]));

    /// <summary>Calls a function that a script exports, with the global <c>context</c>.</summary>
    /// <param name="script">The script.</param>
    /// <param name="function">The function's name.</param>
    /// <param name="arguments">Its arguments: a JSON array.</param>
    /// <param name="context">What <c>context</c> is: a JSON object with a request as for <see cref="ServeAsync"/>.</param>
    /// <param name="host">What the script can ask.</param>
    /// <param name="limits">What it may use.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">When nobody waits for it any more.</param>
    /// <exception cref="TimeoutException">It took too long on this machine; what it would have said is not known.</exception>
    public static Task<ScriptOutcome> RunAsync(
        Script script, string function, string arguments, string context, IScriptHost host, ScriptLimits limits, TimeProvider time,
        CancellationToken cancellation) =>
        OnThreadAsync(() => new SandboxRun(script, host, new StepBudget(limits, time, cancellation)).Call(function, arguments, context));

    /// <summary>Has a function that a script exports answer a request, as CCF's endpoints do.</summary>
    /// <param name="script">The script.</param>
    /// <param name="function">The function's name.</param>
    /// <param name="request">The request but for its body, which the host is asked for: a JSON object.</param>
    /// <param name="host">What the script can ask; it is also told the answer's body.</param>
    /// <param name="limits">What it may use.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">When nobody waits for it any more.</param>
    /// <exception cref="TimeoutException">It took too long on this machine; what it would have said is not known.</exception>
    /// <returns>The answer but for its body, as JSON.</returns>
    public static Task<ScriptOutcome> ServeAsync(
        Script script, string function, string request, IScriptHost host, ScriptLimits limits, TimeProvider time,
        CancellationToken cancellation) =>
        OnThreadAsync(() => new SandboxRun(script, host, new StepBudget(limits, time, cancellation)).Serve(function, request));

    private static T OnThread<T>(Func<T> work) => OnThreadAsync(work).GetAwaiter().GetResult();

    private static Task<T> OnThreadAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(
            () =>
            {
                try
                {
                    done.SetResult(work());
                }
                catch (Exception thrown)
                {
                    done.SetException(thrown);
                }
            },
            ThreadStackBytes)
        { IsBackground = true, Name = "script" };
        thread.Start();
        return done.Task;
    }
}
