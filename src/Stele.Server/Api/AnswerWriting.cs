using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Stele.Server.Api;

/// <summary>Puts answers on the wire.</summary>
internal static class AnswerWriting
{
    /// <summary>Tells the id of a write, or the position that a read was answered at.</summary>
    public const string TransactionHeader = "x-ms-ccf-transaction-id";
    private const string RequestIdHeader = "x-ms-client-request-id";
    private const int RequestIdLengthMax = 128;

    /// <summary>A buffer that grew beyond this many bytes for one answer is not kept for the next.</summary>
    private const int BufferBytesKept = 1024 * 1024;

    // The official clients read JSON, not HTML: escaping what only HTML minds would double the size of most texts.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _json;

    /// <summary>Echoes the name that a client gave its request, where it is fit to be a header's value.</summary>
    public static void EchoRequestId(this HttpContext http)
    {
        var id = http.Request.Headers[RequestIdHeader].ToString();
        if (id.Length is > 0 and <= RequestIdLengthMax && id.All(c => c is >= ' ' and <= '~'))
            http.Response.Headers[RequestIdHeader] = id;
    }

    /// <summary>Has browsers give no answer to pages of other sites, not even as a picture or a script (Fetch standard).</summary>
    public static void KeepToOrigin(this HttpContext http) => http.Response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";

    /// <summary>Writes an error, with the headers that belong to it.</summary>
    public static void Write(this HttpResponse response, ApiError error, TransactionId? position)
    {
        if (error.Allow is not null) response.Headers.Allow = error.Allow;
        if (error.Challenge is not null) response.Headers.WWWAuthenticate = error.Challenge;
        if (error.ClosesConnection) response.Headers.Connection = "close";
        if (error.RetryAfter is { } wait)
        {
            var seconds = Math.Max(1, Math.Ceiling(wait.TotalSeconds));
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        response.Write(Answer.Of(error), position);
    }

    /// <summary>Writes an answer whole: it is complete in memory before its first byte leaves.</summary>
    public static void Write(this HttpResponse response, Answer answer, TransactionId? position)
    {
        response.StatusCode = answer.Status;
        if ((answer.Transaction ?? position) is { } id) response.Headers[TransactionHeader] = id.ToString();
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
        if (answer.Script is null && answer.WriteBody is null) return;
        var body = answer.Script is { } script ? Encoding.UTF8.GetBytes(script) : Render(answer.WriteBody!);
        response.ContentType = answer.Script is null ? "application/json" : "text/javascript";
        response.WriteBody(body);
    }

    /// <summary>Writes a body, or its length alone where no more is asked for (HEAD): over HTTP/2 it would break the stream.</summary>
    public static void WriteBody(this HttpResponse response, ReadOnlySpan<byte> body)
    {
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method)) response.BodyWriter.Write(body);
    }

    /// <returns>The text, which stands until this thread renders the next one.</returns>
    private static ReadOnlySpan<byte> Render(Action<Utf8JsonWriter> write)
    {
        if (_buffer is null or { Capacity: > BufferBytesKept }) _buffer = new ArrayBufferWriter<byte>(4096);
        _buffer.ResetWrittenCount();
        if (_json is null) _json = new Utf8JsonWriter(_buffer, Options);
        else _json.Reset(_buffer);
        write(_json);
        _json.Flush();
        return _buffer.WrittenSpan;
    }
}
