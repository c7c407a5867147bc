using System.Buffers;
using System.Buffers.Text;

namespace Stele.Server.Hosting.Wire;

/// <summary>
/// The head of an HTTP/1 request, read by the letter of RFC 9112. Kestrel lets four shapes through that two readers can
/// take for different requests (two body lengths, a signed length, bare line feeds, chunks in HTTP/1.0); here they, and
/// whatever is no request at all, are found before Kestrel sees them.
/// </summary>
internal ref struct RequestHead
{
    /// <summary>The longest request line in bytes.</summary>
    public const int LineBytesMax = 8 * 1024;

    /// <summary>The largest head in bytes.</summary>
    public const int BytesMax = 32 * 1024;

    /// <summary>How many header lines a head has at most.</summary>
    public const int HeadersMax = 100;

    private static readonly SearchValues<byte> TokenBytes = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    private static readonly SearchValues<byte> ControlBytes = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Where(b => b != '\t').Select(b => (byte)b), 127]);

    private bool _isHttp11;
    private int _headers;
    private int _hosts;
    private long? _length;
    private bool _isChunked;

    /// <summary>Reads a head.</summary>
    /// <param name="bytes">What has come so far, from the head's first byte on.</param>
    public static HeadReading Read(ReadOnlySpan<byte> bytes)
    {
        var head = new RequestHead();
        var at = 0;
        while (true)
        {
            var end = bytes[at..].IndexOf((byte)'\n');
            if (end < 0) return Unfinished(bytes, at);
            var line = bytes.Slice(at, end);
            if (line is not [.. var text, (byte)'\r']) return HeadReading.Bad("each line of a request ends in CR LF");
            var isFirst = at == 0;
            at += end + 1;
            if (at > BytesMax) return HeadReading.TooLarge();
            if (!isFirst && text.IsEmpty) return head.Finish(at);
            var fault = isFirst ? head.TakeRequestLine(text) : head.TakeHeader(text);
            if (fault is not null) return fault;
        }
    }

    private static HeadReading Unfinished(ReadOnlySpan<byte> bytes, int lineStart)
    {
        if (bytes.Length > BytesMax) return HeadReading.TooLarge();
        return lineStart == 0 && bytes.Length > LineBytesMax ? HeadReading.LineTooLong() : HeadReading.Incomplete;
    }

    private HeadReading? TakeRequestLine(ReadOnlySpan<byte> line)
    {
        if (line.Length > LineBytesMax) return HeadReading.LineTooLong();
        const string rule = "a request starts with a line like GET /app/transactions?api-version=2022-05-13 HTTP/1.1";
        var methodEnd = line.IndexOf((byte)' ');
        var targetEnd = line.LastIndexOf((byte)' ');
        if (methodEnd < 1 || targetEnd <= methodEnd + 1) return HeadReading.Bad(rule);
        var target = line[(methodEnd + 1)..targetEnd];
        var version = line[(targetEnd + 1)..];
        _isHttp11 = version.SequenceEqual("HTTP/1.1"u8);
        var isGood = !line[..methodEnd].ContainsAnyExcept(TokenBytes)
            && !target.ContainsAnyExceptInRange((byte)'!', (byte)'~')
            && (_isHttp11 || version.SequenceEqual("HTTP/1.0"u8));
        return isGood ? null : HeadReading.Bad(rule);
    }

    private HeadReading? TakeHeader(ReadOnlySpan<byte> line)
    {
        if (++_headers > HeadersMax) return HeadReading.TooLarge();
        var colon = line.IndexOf((byte)':');
        if (colon < 1 || line[..colon].ContainsAnyExcept(TokenBytes))
            return HeadReading.Bad("a header is a name, a colon right behind it, and a value");
        var value = line[(colon + 1)..].Trim(" \t"u8);
        if (value.ContainsAny(ControlBytes)) return HeadReading.Bad("a header's value has no control characters");
        return Named(line[..colon], "Content-Length"u8) ? TakeLength(value)
            : Named(line[..colon], "Transfer-Encoding"u8) ? TakeEncoding(value)
            : Named(line[..colon], "Host"u8) && ++_hosts > 1 ? HeadReading.Bad("a request has one Host header")
            : null;
    }

    private HeadReading? TakeLength(ReadOnlySpan<byte> value)
    {
        if (_length is not null) return HeadReading.Bad("a request has one Content-Length");
        if (value.IsEmpty || value.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || !Utf8Parser.TryParse(value, out long length, out var read) || read != value.Length)
        {
            return HeadReading.Bad("Content-Length is a number in decimal digits, without a sign");
        }

        _length = length;
        return null;
    }

    private HeadReading? TakeEncoding(ReadOnlySpan<byte> value)
    {
        if (_isChunked || !Named(value, "chunked"u8))
            return HeadReading.Bad("Transfer-Encoding is chunked, or not there");
        _isChunked = true;
        return null;
    }

    private readonly HeadReading Finish(int headBytes)
    {
        if (_isChunked && _length is not null)
            return HeadReading.Bad("a request has a Content-Length or a Transfer-Encoding, not both");
        if (_isChunked && !_isHttp11) return HeadReading.Bad("a request in HTTP/1.0 has no Transfer-Encoding");
        if (_isHttp11 && _hosts == 0) return HeadReading.Bad("a request has one Host header");
        return new HeadReading.Complete(headBytes, _isChunked ? null : _length ?? 0);
    }

    private static bool Named(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected) =>
        System.Text.Ascii.EqualsIgnoreCase(name, expected);
}
