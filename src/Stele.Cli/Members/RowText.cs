using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Encodings.Web;
using System.Text.Json;
using Stele.Cli.Output;
using Stele.Governance;

namespace Stele.Cli.Members;

/// <summary>Rows of the ledger's tables in words, before and after a change.</summary>
internal static class RowText
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A change of a row, as <c>{"table", "key", "before", "after"}</c>, as the lines of a diff.</summary>
    public static IEnumerable<string> Diff(JsonElement change)
    {
        var table = change.GetProperty("table").GetString()!;
        var name = table.StartsWith(GovernanceTables.Prefix, StringComparison.Ordinal) ? table[GovernanceTables.Prefix.Length..] : table;
        var key = change.GetProperty("key").GetString();
        yield return $"  {name}{(key is null ? "" : $" {key}")}";
        var (before, after) = (Lines(change.GetProperty("before")), Lines(change.GetProperty("after")));
        foreach (var line in LineDiff.Of(before, after)) yield return $"    {line}";
    }

    /// <summary>The name in a certificate, PEM; <c>?</c> where there is none to read.</summary>
    public static string NameOf(string pem) => Pem(pem) is { } lines ? Printable.Of(lines[0]) : "?";

    /// <summary>What a certificate or a public key says; none where the text is none.</summary>
    public static string[]? Pem(string text)
    {
        try
        {
            if (text.StartsWith("-----BEGIN PUBLIC KEY", StringComparison.Ordinal)) return PublicKey(text);
            return text.StartsWith("-----BEGIN CERTIFICATE", StringComparison.Ordinal) ? Certificates(text) : null;
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    // All of them: what stands behind the first is as much part of what is voted on.
    private static string[] Certificates(string text)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
            return
            [
                .. certificates.SelectMany(one => new[]
                {
                    one.Subject,
                    $"SHA-256 {Convert.ToHexStringLower(SHA256.HashData(one.RawData))}",
                    string.Create(CultureInfo.InvariantCulture, $"valid until {one.NotAfter.ToUniversalTime():yyyy-MM-dd}"),
                }),
            ];
        }
        finally
        {
            foreach (var one in certificates) one.Dispose();
        }
    }

    private static string[] PublicKey(string text)
    {
        var key = Convert.FromBase64String(text[PemEncoding.Find(text).Base64Data]);
        return [$"public key of {key.Length} bytes", $"SHA-256 {Convert.ToHexStringLower(SHA256.HashData(key))}"];
    }

    private static string[] Lines(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return [];
        var text = value.GetString()!;
        if (Pem(text) is { } pem) return pem;
        try
        {
            var json = JsonSerializer.Deserialize<JsonElement>(text);
            text = json.ValueKind == JsonValueKind.String ? json.GetString()! : JsonSerializer.Serialize(json, Indented);
        }
        catch (JsonException)
        {
            // As it stands.
        }
        return text.TrimEnd('\n').Split('\n');
    }
}
