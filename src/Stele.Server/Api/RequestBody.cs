using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Stele.Server.Api;

/// <summary>A request's body, whole in memory, until it is disposed of.</summary>
internal readonly struct RequestBody : IDisposable
{
    private const int FirstBytes = 4096;
    private const int FirstBytesMax = 1024 * 1024;

    private readonly byte[] _buffer;
    private readonly int _length;

    private RequestBody(byte[] buffer, int length)
    {
        _buffer = buffer;
        _length = length;
    }

    /// <summary>The body's bytes.</summary>
    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, _length);

    /// <summary>The body's bytes, for what goes on asynchronously.</summary>
    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    /// <summary>Reads a body that must be JSON.</summary>
    /// <exception cref="RefusedException">Its content type is another.</exception>
    /// <exception cref="BadHttpRequestException">It is too large, too slow, or breaks off.</exception>
    public static Task<RequestBody> ReadJsonAsync(HttpContext http)
    {
        RefuseOtherTypes(http.Request.ContentType);
        return ReadAsync(http);
    }

    /// <summary>Reads a body of any type.</summary>
    /// <exception cref="BadHttpRequestException">It is too large, too slow, or breaks off.</exception>
    public static async Task<RequestBody> ReadAsync(HttpContext http)
    {
        // The server itself refuses a body that is longer than it takes: what is promised here is no more than that.
        var expected = Math.Clamp(http.Request.ContentLength ?? 0, FirstBytes, FirstBytesMax);
        var buffer = ArrayPool<byte>.Shared.Rent((int)expected);
        var length = 0;
        try
        {
            int read;
            while ((read = await http.Request.Body.ReadAsync(buffer.AsMemory(length), http.RequestAborted)) > 0)
            {
                length += read;
                if (length == buffer.Length) buffer = Grow(buffer);
            }

            return new RequestBody(buffer, length);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
            throw;
        }
    }

    /// <summary>Wipes the body: it may be a confidential entry's contents.</summary>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);

    private static byte[] Grow(byte[] full)
    {
        var larger = ArrayPool<byte>.Shared.Rent(full.Length * 2);
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full, clearArray: true);
        return larger;
    }

    private static void RefuseOtherTypes(string? text)
    {
        if (MediaTypeHeaderValue.TryParse(text, out var type)
            && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || type.MediaType.Equals("application/merge-patch+json", StringComparison.OrdinalIgnoreCase))
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
                || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase)))
        {
            return;
        }

        throw new RefusedException(new ApiError(
            StatusCodes.Status415UnsupportedMediaType,
            ErrorCodes.UnsupportedContentType,
            "The body's Content-Type must be application/json or application/merge-patch+json, in UTF-8."));
    }
}
