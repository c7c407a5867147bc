using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Stele.Etcd.Tests;

/// <summary>An HTTP server of a test's own that answers each request with whatever bytes it is told to.</summary>
internal sealed class FakeMember : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<string, byte[]> _answer;
    private readonly Task _work;
    private int _requests;

    /// <summary>A server that answers a request to this path so, and closes the connection behind an empty answer.</summary>
    public FakeMember(Func<string, byte[]> answer)
    {
        _answer = answer;
        _listener.Start();
        _work = AcceptAsync();
    }

    /// <summary>Where it is.</summary>
    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>How many requests have arrived whole.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>A server that always answers so.</summary>
    public static FakeMember Saying(byte[] answer) => new(_ => answer);

    /// <summary>An answer of HTTP with this JSON, or what is to pass for it.</summary>
    public static byte[] Http(int status, string json)
    {
        var length = Encoding.UTF8.GetByteCount(json);
        return Encoding.UTF8.GetBytes(
            $"HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{json}");
    }

    /// <summary>A client of it alone.</summary>
    public EtcdClient CreateClient(EtcdOptions? options = null) =>
        new((options ?? OneMember.Patient(new([]))) with { Endpoints = [Address] }, TimeProvider.System);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        // In this order: a listener that is stopped refuses to accept.
        await _work;
        _listener.Stop();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> work = [];
        try
        {
            while (true)
                work.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(work);
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using (connection)
        {
            try
            {
                var stream = connection.GetStream();
                while (await ReadAsync(stream) is { } path)
                {
                    Interlocked.Increment(ref _requests);
                    var answer = _answer(path);
                    if (answer.Length == 0)
                        return;
                    await stream.WriteAsync(answer, _end.Token);
                }
            }
            catch (Exception over) when (over is IOException or OperationCanceledException)
            {
                // The client went, or the test is over.
            }
        }
    }

    /// <summary>Reads one request and returns its path; null at the end.</summary>
    private async Task<string?> ReadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _end.Token) == 0)
                return null;
            head.Append((char)one[0]);
        }
        var lines = head.ToString().Split("\r\n");
        var length = lines.Single(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase)).Split(' ')[1];
        await stream.ReadExactlyAsync(new byte[int.Parse(length, System.Globalization.CultureInfo.InvariantCulture)], _end.Token);
        return lines[0].Split(' ')[1];
    }
}
