using System.Runtime.ExceptionServices;
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
        CancellationToken cancellation) =>
        OnThread(() => new SandboxRun(script, host, limits, time, cancellation).Call(function, arguments));

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
        CancellationToken cancellation) =>
        OnThread(() => new SandboxRun(script, host, limits, time, cancellation).Check(functions));

    private static T OnThread<T>(Func<T> work)
    {
        var result = default(T);
        ExceptionDispatchInfo? fault = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    result = work();
                }
                catch (Exception thrown)
                {
                    fault = ExceptionDispatchInfo.Capture(thrown);
                }
            },
            ThreadStackBytes)
        { IsBackground = true, Name = "script" };
        thread.Start();
        thread.Join();
        fault?.Throw();
        return result!;
    }
}
