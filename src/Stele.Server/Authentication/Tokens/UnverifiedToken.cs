using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Stele.Server.Authentication.Tokens;

/// <summary>
/// A token as its sender says it is (RFC 7515, RFC 7519): read by the letter, so that no two readers can take it for two different
/// ones. Nothing in it counts before the signature is verified; its issuer and key id say by which key that is to be.
/// </summary>
/// <param name="Algorithm">What it says it is signed with.</param>
/// <param name="KeyId">The key it says it is signed with.</param>
/// <param name="Issuer">Who it says has issued it.</param>
/// <param name="ObjectId">The claim <c>oid</c>; null where it has none.</param>
/// <param name="Subject">The claim <c>sub</c>; null where it has none.</param>
internal sealed record UnverifiedToken(string Algorithm, string KeyId, string Issuer, string? ObjectId, string? Subject)
{
    /// <summary>The longest token in characters: no longer one fits in a line of a request's head.</summary>
    public const int LengthMax = 8 * 1024;

    // The last second that a date can have; a token that says more says nothing.
    private const double SecondsMax = 253_402_300_799;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly SearchValues<char> Base64UrlCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    private static readonly string[] Types = ["JWT", "at+jwt", "application/at+jwt"];

    /// <summary>Reads a token.</summary>
    /// <exception cref="FormatException">It is none that this service takes; the message says why.</exception>
    public static UnverifiedToken Read(string text)
    {
        if (text.Length > LengthMax) throw new FormatException($"it is longer than {LengthMax} characters");
        var parts = text.Split('.', 6);
        if (parts.Length == 5) throw new FormatException("it is encrypted; a signed one is needed");
        if (parts.Length != 3 || !parts.All(IsBase64Url))
            throw new FormatException("it is not of three parts in base64url with dots between");
        try
        {
            using var header = Parse(parts[0]);
            using var payload = Parse(parts[1]);
            var (algorithm, keyId) = ReadHeader(header.RootElement);
            return ReadPayload(payload.RootElement, algorithm, keyId);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            throw new FormatException("its header or its claims are not one JSON object with each name once", fault);
        }
    }

    // The framework's own readers skip white space, and take padding.
    private static bool IsBase64Url(string part) =>
        part.Length > 0 && !part.AsSpan().ContainsAnyExcept(Base64UrlCharacters) && Base64Url.IsValid(part);

    private static JsonDocument Parse(string part)
    {
        var text = StrictUtf8.GetString(Base64Url.DecodeFromChars(part));
        var document = JsonDocument.Parse(text, Strict);
        return document.RootElement.ValueKind == JsonValueKind.Object ? document : throw new JsonException();
    }

    private static (string Algorithm, string KeyId) ReadHeader(JsonElement header)
    {
        if (header.TryGetProperty("crit", out _)) throw new FormatException("its header has critical members");
        if (header.TryGetProperty("typ", out var type) && !Types.Contains(type.GetString(), StringComparer.OrdinalIgnoreCase))
            throw new FormatException("its typ is not JWT or at+jwt");
        return (
            Text(header, "alg") ?? throw new FormatException("it has no alg"),
            Text(header, "kid") ?? throw new FormatException("it has no kid"));
    }

    private static UnverifiedToken ReadPayload(JsonElement claims, string algorithm, string keyId)
    {
        foreach (var name in (ReadOnlySpan<string>)["exp", "nbf", "iat"])
        {
            if (claims.TryGetProperty(name, out var time)
                && !(time.ValueKind == JsonValueKind.Number && time.TryGetDouble(out var seconds) && seconds is >= 0 and <= SecondsMax))
                throw new FormatException($"its {name} is no time");
        }
        var issuer = Text(claims, "iss") ?? throw new FormatException("it has no iss");
        return new UnverifiedToken(algorithm, keyId, issuer, Text(claims, "oid"), Text(claims, "sub"));
    }

    private static string? Text(JsonElement json, string member) => json.TryGetProperty(member, out var value) ? value.GetString() : null;
}
