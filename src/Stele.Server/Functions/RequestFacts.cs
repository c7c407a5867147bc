using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Stele.Server.Network;

namespace Stele.Server.Functions;

/// <summary>A request as a script sees it, in CCF's terms.</summary>
/// <param name="http">The request.</param>
/// <param name="body">Its body.</param>
/// <param name="userId">Who calls; none for nobody.</param>
internal sealed class RequestFacts(HttpContext http, ReadOnlyMemory<byte> body, string? userId)
{
    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Body => body;

    /// <summary>Who calls; none for nobody.</summary>
    public string? UserId => userId;

    /// <summary>The path as it was described; none where it is the path itself.</summary>
    public string? Route { get; init; }

    /// <summary>What the path's names in braces stand for.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Writes who calls, and how that is known; none where the script asks for the user's id instead.</summary>
    public Action<Utf8JsonWriter>? WriteCaller { get; init; }

    /// <summary>Writes the request but for its body.</summary>
    public void Write(Utf8JsonWriter json)
    {
        var request = http.Request;
        json.WriteStartObject();
        json.WriteString("method"u8, request.Method);
        json.WriteString("hostname"u8, request.Host.Host);
        json.WriteString("path"u8, request.Path.Value);
        json.WriteString("route"u8, Route ?? request.Path.Value);
        json.WriteString("query"u8, request.QueryString.Value?.TrimStart('?'));
        json.WriteString("url"u8, request.Path.Value + request.QueryString.Value);
        json.WriteStartObject("params"u8);
        foreach (var (name, value) in Parameters) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteStartObject("headers"u8);
        foreach (var (name, values) in request.Headers)
            if (!IsSecret(name)) json.WriteString(name.ToLowerInvariant(), values.ToString());
        json.WriteEndObject();
        if (WriteCaller is { } writeCaller)
        {
            json.WritePropertyName("caller"u8);
            writeCaller(json);
        }
        json.WriteEndObject();
    }

    // Whoever writes functions could act in the name of whoever calls them.
    private static bool IsSecret(string name) =>
        name.Equals(HeaderNames.Authorization, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase)
        || name.Equals(ForwardedCaller.Header, StringComparison.OrdinalIgnoreCase);
}
