using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Stele.Server.Api;

namespace Stele.Server.Hosting.Wire;

/// <summary>An error as the bytes of a whole HTTP/1.1 answer, for requests that never become any.</summary>
internal static class RawAnswer
{
    /// <summary>The answer, which ends its connection.</summary>
    public static byte[] Of(ApiError error)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body)) Answer.Of(error).WriteBody!(json);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {error.Status} {ReasonPhrases.GetReasonPhrase(error.Status)}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. body.ToArray()];
    }
}
