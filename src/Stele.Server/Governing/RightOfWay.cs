namespace Stele.Server.Governing;

/// <summary>
/// Decisions rest on users and their roles too, which administrators change at any rate they like: a decision that has been
/// overtaken by such changes has them wait until it is recorded, or nobody could vote an administrator out who does not want it.
/// </summary>
internal sealed class RightOfWay
{
    private volatile TaskCompletionSource? _taken;

    /// <summary>Ends when changes may go on: mostly at once.</summary>
    public Task WhenClearAsync(CancellationToken cancel) => _taken?.Task.WaitAsync(cancel) ?? Task.CompletedTask;

    /// <summary>Takes it, for one decision at a time.</summary>
    public void Take() => _taken ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gives it back, where it was taken.</summary>
    public void GiveBack()
    {
        var taken = _taken;
        _taken = null;
        taken?.SetResult();
    }
}
