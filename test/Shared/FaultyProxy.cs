using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Stele.Tests;

/// <summary>What a <see cref="FaultyProxy"/> does with connections.</summary>
internal enum ProxyMode
{
    /// <summary>Carries bytes both ways.</summary>
    Forward,

    /// <summary>Refuses new connections; there is nobody at the port.</summary>
    Refuse,

    /// <summary>Takes new connections and all bytes, and passes nothing on, either way.</summary>
    Swallow,

    /// <summary>Takes new connections and all bytes, and keeps them until it forwards again: whatever was sent arrives, late.</summary>
    Hold,
}

/// <summary>A port of loopback in front of another, and everything that can go wrong on the way.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private readonly int _target;
    private readonly CancellationTokenSource _end = new();
    private readonly HashSet<Socket> _open = [];
    private readonly List<Task> _work = [];
    private readonly Lock _gate = new();
    private TcpListener? _listener;
    private volatile ProxyMode _mode;

    /// <summary>A proxy that forwards to a port of loopback.</summary>
    public FaultyProxy(int target)
    {
        _target = target;
        // One that it may leave and have again: nobody else is given it meanwhile.
        Port = FreePorts.Take(1)[0];
        Listen();
    }

    /// <summary>The port that it listens on.</summary>
    public int Port { get; }

    /// <summary>The same as an address.</summary>
    public Uri Http => new($"http://127.0.0.1:{Port}");

    /// <summary>How long each piece of an answer waits before it goes on to the client; zero at first.</summary>
    public TimeSpan DelayOfAnswers { get; set; }

    /// <summary>
    /// Loses one answer: that to the next piece of a request in which this text stands. The request arrives; its connection is
    /// cut when the answer comes, and this is null again.
    /// </summary>
    public string? LosesAnswerTo { get; set; }

    /// <summary>What is done with connections, those that are open included.</summary>
    public ProxyMode Mode
    {
        get => _mode;
        set
        {
            _mode = value;
            if (value == ProxyMode.Refuse)
                Close();
            else if (_listener is null)
                Listen();
        }
    }

    /// <summary>Cuts the connections that are open, at once and without a goodbye (RST).</summary>
    public void Cut()
    {
        lock (_gate)
        {
            foreach (var socket in _open)
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
                socket.Close();
            }
            _open.Clear();
        }
    }

    /// <summary>Carries bytes again; connections that lost some are cut, as no network delivers what comes behind a gap.</summary>
    public void Heal()
    {
        if (_mode == ProxyMode.Swallow)
            Cut();
        Mode = ProxyMode.Forward;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Close();
        Cut();
        Task[] work;
        lock (_gate)
            work = [.. _work];
        await Task.WhenAll(work);
        _end.Dispose();
    }

    private void Listen()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        Own(AcceptAsync(_listener));
    }

    private void Close()
    {
        _listener?.Stop();
        _listener = null;
    }

    private void Own(Task task)
    {
        lock (_gate)
            _work.Add(task);
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
                Own(CarryAsync(await listener.AcceptSocketAsync(_end.Token)));
        }
        catch (Exception end) when (end is SocketException or OperationCanceledException or ObjectDisposedException
            or InvalidOperationException)
        {
            // The port is closed, or was between two connections.
        }
    }

    private async Task CarryAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        lock (_gate)
            _open.UnionWith([client, server]);
        try
        {
            await HeldAsync();
            if (_mode == ProxyMode.Forward)
                await server.ConnectAsync(IPAddress.Loopback, _target, _end.Token);
            var isToBeLost = false;
            await await Task.WhenAny(
                PumpAsync(client, server, () => TimeSpan.Zero, piece => isToBeLost |= IsToBeLost(piece), () => false),
                PumpAsync(server, client, () => DelayOfAnswers, _ => { }, () => isToBeLost));
        }
        catch (Exception end) when (end is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection is over.
        }
        lock (_gate)
            _open.ExceptWith([client, server]);
        client.Dispose();
    }

    private bool IsToBeLost(ReadOnlySpan<byte> piece)
    {
        if (LosesAnswerTo is not { } text || piece.IndexOf(Encoding.ASCII.GetBytes(text)) < 0)
            return false;
        LosesAnswerTo = null;
        return true;
    }

    private async Task PumpAsync(
        Socket from, Socket to, Func<TimeSpan> delay, Action<ReadOnlySpan<byte>> look, Func<bool> isOver)
    {
        await Task.Yield();
        while (!from.Connected)
            await Task.Delay(20, _end.Token);
        var bytes = new byte[64 << 10];
        while (await from.ReceiveAsync(bytes, _end.Token) is > 0 and var count)
        {
            look(bytes.AsSpan(0, count));
            if (isOver())
                return;
            if (delay() is var time && time > TimeSpan.Zero)
                await Task.Delay(time, _end.Token);
            await HeldAsync();
            if (_mode == ProxyMode.Forward)
                await to.SendAsync(bytes.AsMemory(0, count), _end.Token);
        }
    }

    private async Task HeldAsync()
    {
        while (_mode == ProxyMode.Hold)
            await Task.Delay(20, _end.Token);
    }
}
