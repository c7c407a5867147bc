using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Stele.Server.Tests.Support;

/// <summary>One request over HTTP/2 (RFC 9113), and the frames that come back: what a client makes of them is not asked.</summary>
internal static class Http2Exchange
{
    /// <summary>The type of a frame with a part of the body.</summary>
    public const byte Data = 0;

    /// <summary>The type of a frame with the headers.</summary>
    public const byte Headers = 1;

    /// <summary>The type of a frame that ends a stream as broken.</summary>
    public const byte Reset = 3;

    /// <summary>The type of a frame that ends the connection.</summary>
    public const byte GoAway = 7;

    private const byte Settings = 4;
    private const byte Ack = 1;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;

    /// <summary>Sends a request without a body.</summary>
    /// <returns>The frames of its stream until it ends, or of the connection's end.</returns>
    public static async Task<IReadOnlyList<(byte Type, bool Ends, int Length)>> AskAsync(int port, string method, string path)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port, cancel);
        await using var tls = new SslStream(tcp.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ApplicationProtocols = [SslApplicationProtocol.Http2],
#pragma warning disable CA5359 // Here it is the frames that are tested, not the certificate.
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
            },
            cancel);
        await tls.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), cancel);
        await WriteFrameAsync(tls, Settings, flags: 0, stream: 0, [], cancel);
        await WriteFrameAsync(tls, Headers, EndStream | EndHeaders, stream: 1, HeaderBlock(method, path), cancel);
        List<(byte Type, bool Ends, int Length)> frames = [];
        while (!frames.Exists(frame => frame.Ends || frame.Type is Reset or GoAway))
        {
            var (type, flags, stream, length) = await ReadFrameAsync(tls, cancel);
            if (type == Settings && (flags & Ack) == 0) await WriteFrameAsync(tls, Settings, Ack, stream: 0, [], cancel);
            if (stream == 1 || type == GoAway) frames.Add((type, type is Data or Headers && (flags & EndStream) != 0, length));
        }
        return frames;
    }

    // HPACK (RFC 7541) without its tables but for the names: :authority is 1, :method 2, :path 4, :scheme https 7.
    private static byte[] HeaderBlock(string method, string path)
    {
        static byte[] Literal(byte name, string value) => [name, (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];
        return [.. Literal(2, method), 0x87, .. Literal(1, "localhost"), .. Literal(4, path)];
    }

    private static async Task WriteFrameAsync(
        SslStream tls, byte type, byte flags, int stream, byte[] payload, CancellationToken cancel)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        await tls.WriteAsync(frame, cancel);
        await tls.FlushAsync(cancel);
    }

    private static async Task<(byte Type, byte Flags, int Stream, int Length)> ReadFrameAsync(SslStream tls, CancellationToken cancel)
    {
        var head = new byte[9];
        await tls.ReadExactlyAsync(head, cancel);
        var length = BinaryPrimitives.ReadInt32BigEndian(head) >> 8;
        await tls.ReadExactlyAsync(new byte[length], cancel);
        return (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), length);
    }
}
