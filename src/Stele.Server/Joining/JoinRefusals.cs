namespace Stele.Server.Joining;

/// <summary>
/// Tells the operator of nodes that were refused, and why. Anyone may ask to join: neither does a refusal become an entry of the
/// ledger, nor do many of them fill the log.
/// </summary>
/// <param name="tells">Is told.</param>
/// <param name="time">The clock.</param>
internal sealed class JoinRefusals(Action<string> tells, TimeProvider time)
{
    private const int ReasonLengthMax = 2000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private DateTimeOffset _next;
    private int _untold;

    /// <summary>Tells of a refusal, unless one was told within the last second; the next one says how many were not.</summary>
    public void Add(string nodeId, string reason)
    {
        int untold;
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now < _next)
            {
                _untold++;
                return;
            }
            (_next, untold, _untold) = (now + Pause, _untold, 0);
        }
        var others = untold == 0 ? "" : $" ({untold} more were refused before.)";
        tells($"Node {nodeId} may not join. {OneLine(reason)}{others}");
    }

    // Parts of it are in the words of whoever asked.
    private static string OneLine(string reason) => new(
        [.. reason.Take(ReasonLengthMax).Select(character => char.IsControl(character) ? '?' : character)]);
}
