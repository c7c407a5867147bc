using System.Text.Json;

namespace Stele.Server.Functions;

/// <summary>What a user-defined endpoint answers.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">Headers, but for the content's type.</param>
/// <param name="ContentType">The content's type; none without content.</param>
/// <param name="Body">The content; none where there is none.</param>
internal sealed record EndpointAnswer(
    int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, string? ContentType, byte[]? Body)
{
    private const int HeadersMax = 64;
    private const int HeaderLengthMax = 4096;

    /// <summary>Why the script did not answer; none where it did.</summary>
    public string? Failure { get; init; }

    /// <summary>Reads what a script answers.</summary>
    /// <exception cref="FormatException">It is not as it must be.</exception>
    public static EndpointAnswer Read(JsonElement json, byte[]? body)
    {
        var type = json.TryGetProperty("type", out var known) && known.ValueKind == JsonValueKind.String ? Sound(known.GetString()!) : null;
        List<KeyValuePair<string, string>> headers = [];
        if (json.TryGetProperty("headers", out var set) && set.ValueKind == JsonValueKind.Object)
        {
            foreach (var header in set.EnumerateObject())
            {
                var name = header.Name.ToLowerInvariant();
                var value = Sound(header.Value.ToString());
                if (headers.Count >= HeadersMax) throw new FormatException($"There are at most {HeadersMax} headers.");
                if (name == "location") RefuseElsewhere(value);
                if (name == "content-type") type = value;
                else headers.Add(new(Permitted(name), value));
            }
        }
        var status = json.TryGetProperty("statusCode", out var code) ? StatusOf(code) : body is null ? 204 : 200;
        return new EndpointAnswer(status, headers, body is null ? null : type, body);
    }

    // Before anything is written: what could not be sent would otherwise fail when it stands already.
    private static string Sound(string value) =>
        value.Length <= HeaderLengthMax && !value.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? value
            : throw new FormatException($"A header's value has at most {HeaderLengthMax} characters, all of ASCII.");

    // A browser that follows it would run what stands behind javascript: or data: on the ledger's own origin.
    private static void RefuseElsewhere(string location)
    {
        if (!location.StartsWith('/') && !location.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
            throw new FormatException("location must begin with / or https:.");
    }

    private static int StatusOf(JsonElement code) =>
        code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var status) && status is >= 200 and <= 599
            ? status
            : throw new FormatException("statusCode must be a number from 200 to 599.");

    // What goes beyond an application's own would speak in the name of the ledger.
    private static string Permitted(string name)
    {
        var isOwn = name.StartsWith("x-", StringComparison.Ordinal) && !name.StartsWith("x-ms-", StringComparison.Ordinal)
            && !name.StartsWith("x-stele-", StringComparison.Ordinal) && name != "x-content-type-options";
        return name == "location" || (isOwn && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            ? name
            : throw new FormatException("An endpoint sets the headers content-type, location and x-…, and no others.");
    }
}
