using System.Text;
using System.Text.Json;
using Stele.Scripting;

namespace Stele.Governance.Proposals;

/// <summary>The bodies of signed requests.</summary>
internal static class RequestBodies
{
    private const int BallotLengthMax = 64 * 1024;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };
    private static readonly JsonDocumentOptions EachNameOnce = Options with { AllowDuplicateProperties = false };

    /// <summary>
    /// A proposal's text; null where it is not a JSON object in UTF-8, or has half a surrogate pair: what it says is read by many,
    /// and goes into tables.
    /// </summary>
    public static string? TextOf(ReadOnlyMemory<byte> body)
    {
        using var json = Parse(body);
        return json?.RootElement.ValueKind == JsonValueKind.Object && JsonTexts.AreWhole(body.Span)
            ? Encoding.UTF8.GetString(body.Span) : null;
    }

    /// <summary>Whether a text has an object with a name twice: of its two values one reader takes this, and another that.</summary>
    /// <param name="text">What <see cref="TextOf"/> has read: names in which half a surrogate pair stands cannot be compared.</param>
    public static bool HasNameTwice(string text)
    {
        using var strict = Parse(Encoding.UTF8.GetBytes(text), EachNameOnce);
        return strict is null;
    }

    /// <summary>
    /// A ballot's script: <c>{"ballot": "export function vote …"}</c>, or <c>{"vote": true}</c> for a plain vote, which becomes the
    /// script that says so.
    /// </summary>
    /// <returns>The script; null where there is none.</returns>
    public static string? Read(ReadOnlyMemory<byte> body, out string fault)
    {
        fault = """The body must be like {"ballot": "export function vote (proposal, proposerId) { return true; }"} or {"vote": true}.""";
        using var json = Parse(body);
        if (json is null || json.RootElement.ValueKind != JsonValueKind.Object) return null;
        var script = json.RootElement switch
        {
            var root when Has(root, "ballot", out var ballot) => Text(ballot),
            var root when Has(root, "vote", out var vote) && vote.ValueKind is JsonValueKind.True or JsonValueKind.False =>
                $"export function vote (proposal, proposerId) {{ return {(vote.GetBoolean() ? "true" : "false")}; }}",
            _ => null,
        };
        if (script is null || script.Length <= BallotLengthMax) return script;
        fault = $"The ballot has over {BallotLengthMax} characters.";
        return null;
    }

    /// <summary>The state that a member acknowledges: <c>{"stateDigest": hex}</c>; null where there is none.</summary>
    public static string? ReadStateDigest(ReadOnlyMemory<byte> body)
    {
        using var json = Parse(body);
        return json?.RootElement.ValueKind == JsonValueKind.Object && Has(json.RootElement, "stateDigest", out var digest)
            ? Text(digest) : null;
    }

    /// <summary>A recovery share: <c>{"share": base64}</c>; null where there is none. The caller zeroes it.</summary>
    public static byte[]? ReadShare(ReadOnlyMemory<byte> body)
    {
        using var json = Parse(body);
        return json?.RootElement.ValueKind == JsonValueKind.Object && Has(json.RootElement, "share", out var share)
            ? Bytes(share) : null;
    }

    // Half a surrogate pair, escaped, in any name ends the search: such a body has nothing that is asked for.
    private static bool Has(JsonElement root, string name, out JsonElement value)
    {
        try
        {
            return root.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            value = default;
            return false;
        }
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> body) => Parse(body, Options);

    private static JsonDocument? Parse(ReadOnlyMemory<byte> body, JsonDocumentOptions options)
    {
        try
        {
            Utf8.GetCharCount(body.Span);
            return JsonDocument.Parse(body, options);
        }
        catch (Exception fault) when (fault is JsonException or DecoderFallbackException)
        {
            return null;
        }
    }

    // Half a surrogate pair, escaped, is found only when it is read.
    private static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[]? Bytes(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes) ? bytes : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
