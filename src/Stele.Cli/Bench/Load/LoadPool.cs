using System.Diagnostics;
using System.Text;

namespace Stele.Cli.Bench.Load;

/// <summary>Connections to one server, opened once, so that no handshake is measured.</summary>
internal sealed class LoadPool : IAsyncDisposable
{
    private const int HandshakesAtOnce = 8;
    private readonly IReadOnlyList<LoadConnection> _connections;

    private LoadPool(IReadOnlyList<LoadConnection> connections) => _connections = connections;

    /// <param name="target">The server.</param>
    /// <param name="connections">How many connections.</param>
    /// <param name="exchange">What each of them says, by its number from 0.</param>
    /// <param name="cancel">Ends it early.</param>
    /// <exception cref="IOException">The server cannot be reached, or hangs up.</exception>
    public static async Task<LoadPool> OpenAsync(
        LoadTarget target, int connections, Func<int, IExchange> exchange, CancellationToken cancel)
    {
        var open = new List<LoadConnection>(connections);
        foreach (var some in Enumerable.Range(0, connections).Chunk(HandshakesAtOnce))
            open.AddRange(await Task.WhenAll(some.Select(i => LoadConnection.OpenAsync(target, exchange(i), cancel))));
        return new LoadPool(open);
    }

    /// <summary>Puts the server under load for a time, in which each connection is answered once at least.</summary>
    public async Task<LoadFigures> RunAsync(TimeSpan duration, CancellationToken cancel)
    {
        foreach (var connection in _connections) connection.Forget();
        var start = Stopwatch.GetTimestamp();
        var until = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var ends = await Task.WhenAll(_connections.Select(connection => connection.RunUntilAsync(until, cancel)));
        // The last reply's continuation may stand on the thread that waits for sockets: let that go.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return Figures([.. ends.Select(end => Stopwatch.GetElapsedTime(start, end))]);
    }

    /// <summary>Asks on each connection until a condition holds.</summary>
    public async Task RunWhileAsync(Func<bool> goesOn, CancellationToken cancel)
    {
        await Task.WhenAll(_connections.Select(async connection =>
        {
            while (goesOn())
                if (!await connection.AskAsync(cancel)) throw Refused(connection);
        }));
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
    }

    /// <summary>Asks once on the first connection, and says how long that took.</summary>
    public async Task<TimeSpan> AskAsync(CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        if (!await _connections[0].AskAsync(cancel)) throw Refused(_connections[0]);
        return Stopwatch.GetElapsedTime(start);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections) await connection.DisposeAsync();
    }

    // By how long each connection was at it.
    private LoadFigures Figures(IReadOnlyList<TimeSpan> times)
    {
        var all = new LatencyCounters();
        foreach (var connection in _connections) all.Add(connection.Latencies);
        if (all.Count == 0 && _connections.FirstOrDefault(connection => connection.Failures > 0) is { } failed) throw Refused(failed);
        return new LoadFigures(
            _connections.Zip(times, (connection, time) => connection.Latencies.Count / time.TotalSeconds).Sum(),
            all.Microseconds(0.5),
            all.Microseconds(0.99),
            all.Microseconds(0.999),
            _connections.Sum(connection => connection.Failures));
    }

    private static CommandFailedException Refused(LoadConnection connection) => new(
        $"A request of the load was refused:\n{Encoding.UTF8.GetString(connection.Failure ?? [])}", ExitCode.Failed);
}
