using Stele.Scripting.QuickJs;

namespace Stele.Scripting;

/// <summary>
/// The steps and the time that are left to a script, and to those that it has checked or run: they are charged to who asked for it.
/// </summary>
/// <param name="limits">What they may use together; of memory and stack, what each may.</param>
/// <param name="time">The clock.</param>
/// <param name="cancellation">When nobody waits for them any more.</param>
public sealed class StepBudget(ScriptLimits limits, TimeProvider time, CancellationToken cancellation)
{
    // So many steps take some 10 ms: how often the clock is looked at.
    private const long Portion = 2_000_000;
    private readonly long _start = time.GetTimestamp();
    private long _left = limits.Steps;

    /// <summary>What they may use together; of memory and stack, what each may.</summary>
    public ScriptLimits Limits => limits;

    /// <summary>Takes the next portion.</summary>
    /// <exception cref="ScriptLimitException">There is none left.</exception>
    /// <exception cref="TimeoutException">There is no time left; that says more of this machine than of the script.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits for the script any more.</exception>
    internal long Take()
    {
        cancellation.ThrowIfCancellationRequested();
        if (_left <= 0) throw new ScriptLimitException("The script made more steps than it may.");
        if (time.GetElapsedTime(_start) > limits.Time) throw new TimeoutException("A script took more time than it may.");
        var portion = Math.Min(Portion, _left);
        _left -= portion;
        return portion;
    }
}
