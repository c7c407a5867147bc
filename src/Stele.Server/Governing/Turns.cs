using Stele.Replication;

namespace Stele.Server.Governing;

/// <summary>
/// One request is decided at a time, and of each member one waits for it: members take turns, however many requests one of them sends.
/// </summary>
internal sealed class Turns : IDisposable
{
    private const int WaitingMax = 16;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);

    /// <summary>Does something when it is a member's turn.</summary>
    /// <exception cref="LedgerUnavailableException">The member has too many requests waiting.</exception>
    public async Task<T> TakeAsync<T>(string memberId, Func<Task<T>> act, CancellationToken cancel)
    {
        var line = Join(memberId);
        try
        {
            await line.Place.WaitAsync(cancel);
            try
            {
                return await ActAsync(act, cancel);
            }
            finally
            {
                line.Place.Release();
            }
        }
        finally
        {
            Leave(memberId, line);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<T> ActAsync<T>(Func<Task<T>> act, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            return await act();
        }
        finally
        {
            _one.Release();
        }
    }

    private Line Join(string memberId)
    {
        lock (_lines)
        {
            if (!_lines.TryGetValue(memberId, out var line)) _lines.Add(memberId, line = new Line());
            if (line.Length == WaitingMax)
                throw new LedgerUnavailableException($"{WaitingMax} requests of yours are waiting already; send this one again.", Soon);
            line.Length++;
            return line;
        }
    }

    private void Leave(string memberId, Line line)
    {
        lock (_lines)
        {
            if (--line.Length > 0) return;
            _lines.Remove(memberId);
            line.Place.Dispose();
        }
    }

    private sealed class Line
    {
        public SemaphoreSlim Place { get; } = new(1);

        public int Length { get; set; }
    }
}
