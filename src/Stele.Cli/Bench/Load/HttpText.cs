using System.Buffers.Text;
using System.Text;

namespace Stele.Cli.Bench.Load;

/// <summary>As much of HTTP/1.1 as two ends need that know each other.</summary>
internal static class HttpText
{
    public static byte[] Get(string target) => Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");

    public static byte[] Post(string target, byte[] body) =>
    [
        .. Encoding.ASCII.GetBytes(
            $"POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"),
        .. body,
    ];

    /// <summary>Looks whether a reply with a Content-Length is whole.</summary>
    public static ReplyFrame Frame(ReadOnlySpan<byte> received)
    {
        var head = received.IndexOf("\r\n\r\n"u8);
        if (head < 0) return ReplyFrame.Incomplete;
        var whole = head + 4 + BodyLength(received[..head]);
        return received.Length < whole ? ReplyFrame.Incomplete : new ReplyFrame(whole, received[9] == '2');
    }

    /// <summary>The length of the body behind this head, in bytes.</summary>
    public static int BodyLength(ReadOnlySpan<byte> head)
    {
        var name = "\r\nContent-Length: "u8;
        var at = head.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _) ? length : 0;
    }

    /// <summary>The transaction id that a reply names in its head.</summary>
    public static TransactionId? Transaction(ReadOnlySpan<byte> reply)
    {
        var name = "\r\nx-ms-ccf-transaction-id: "u8;
        var at = reply.IndexOf(name);
        if (at < 0) return null;
        var value = reply[(at + name.Length)..];
        return TransactionId.TryParse(Encoding.ASCII.GetString(value[..value.IndexOf((byte)'\r')]), out var id) ? id : null;
    }
}
