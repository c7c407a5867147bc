using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Stele.Cli.Bench.Load;

/// <summary>One connection of a closed loop: it asks again as soon as it is answered.</summary>
internal sealed class LoadConnection : IAsyncDisposable
{
    private readonly SslStream _stream;
    private readonly IExchange _exchange;
    private byte[] _buffer = new byte[16 * 1024];
    private int _filled;

    private LoadConnection(SslStream stream, IExchange exchange) => (_stream, _exchange) = (stream, exchange);

    public LatencyCounters Latencies { get; } = new();

    /// <summary>How many replies said that something went wrong.</summary>
    public long Failures { get; private set; }

    /// <summary>The last reply that said so, whole.</summary>
    public byte[]? Failure { get; private set; }

    /// <exception cref="IOException">The server cannot be reached, or hangs up.</exception>
    public static async Task<LoadConnection> OpenAsync(LoadTarget target, IExchange exchange, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target.EndPoint, cancel);
            var network = new NetworkStream(socket, ownsSocket: true);
            if (target.BeforeTls is { } before) await before(network, cancel);
            var stream = new SslStream(network, leaveInnerStreamOpen: false);
            await stream.AuthenticateAsClientAsync(target.Tls(), cancel);
            if (target.AfterTls is { } after) await after(stream, cancel);
            return new LoadConnection(stream, exchange);
        }
        catch (SocketException fault)
        {
            socket.Dispose();
            throw new IOException($"{target.EndPoint} cannot be reached: {fault.Message}", fault);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Forget()
    {
        Latencies.Clear();
        Failures = 0;
    }

    /// <summary>
    /// Asks and is answered until a time; what is answered later is not counted, unless it is the first answer: a server that is
    /// slower than a round is long has a throughput too.
    /// </summary>
    /// <param name="until">The end, a timestamp of <see cref="Stopwatch"/>.</param>
    /// <param name="cancel">Ends it early.</param>
    /// <returns>The end, or the moment of the first answer where that came later.</returns>
    public async Task<long> RunUntilAsync(long until, CancellationToken cancel)
    {
        for (var (start, isFirst) = (Stopwatch.GetTimestamp(), true); isFirst || start < until; isFirst = false)
        {
            var ok = await AskAsync(cancel);
            var end = Stopwatch.GetTimestamp();
            if (end > until && !isFirst) return until;
            if (ok) Latencies.Record((long)Stopwatch.GetElapsedTime(start, end).TotalNanoseconds);
            start = end;
            until = Math.Max(until, end);
        }
        return until;
    }

    /// <summary>Asks once.</summary>
    /// <returns>Whether the reply says that all went well.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> AskAsync(CancellationToken cancel)
    {
        await _stream.WriteAsync(_exchange.Next(), cancel);
        ReplyFrame reply;
        while ((reply = _exchange.Read(_buffer.AsSpan(0, _filled))).Length == 0)
        {
            if (_filled == _buffer.Length) Array.Resize(ref _buffer, 2 * _buffer.Length);
            var read = await _stream.ReadAsync(_buffer.AsMemory(_filled), cancel);
            if (read == 0) throw new IOException("A server under load closed a connection.");
            _filled += read;
        }
        if (!reply.Ok)
        {
            Failures++;
            Failure = _buffer[..reply.Length];
        }
        _filled -= reply.Length;
        if (_filled > 0) _buffer.AsSpan(reply.Length, _filled).CopyTo(_buffer);
        return reply.Ok;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
