using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Stele.Cryptography;

namespace Stele.Ledger.Backups;

/// <summary>
/// A manifest as JSON: an object <c>backup</c>, and the SHA-256 of that object's very bytes, so that damage to the manifest
/// itself is told from damage to a file.
/// </summary>
internal static class BackupManifestJson
{
    private const string Format = "stele-backup 1";
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    public static byte[] Write(BackupManifest manifest)
    {
        var inner = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(inner, Indented)) Write(json, manifest);
        var checksum = Encoding.ASCII.GetBytes($",\n\"sha256\": \"{Digest.Of(inner.WrittenSpan)}\"}}\n");
        return [.. "{\"backup\": "u8, .. inner.WrittenSpan, .. checksum];
    }

    /// <exception cref="FormatException">It is damaged, or of another version.</exception>
    public static BackupManifest Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            var inner = json.RootElement.GetProperty("backup");
            if (Digest.Of(Encoding.UTF8.GetBytes(inner.GetRawText())).ToHex() != json.RootElement.GetProperty("sha256").GetString())
                throw new FormatException("It has been altered: it is not what its own checksum is of.");
            return inner.GetProperty("format").GetString() == Format
                ? Manifest(inner)
                : throw new FormatException($"It is not of the format «{Format}».");
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"It is no manifest of a backup: {fault.Message}", fault);
        }
    }

    private static void Write(Utf8JsonWriter json, BackupManifest manifest)
    {
        json.WriteStartObject();
        json.WriteString("format", Format);
        json.WriteString("ledgerId", manifest.LedgerId);
        json.WriteString("serviceCertificate", manifest.ServiceCertificate.ToHex());
        json.WriteString("lastTransaction", manifest.Last.ToString());
        json.WriteString("merkleRoot", manifest.Root.ToHex());
        json.WriteString("taken", manifest.Taken);
        json.WriteBoolean("secrets", manifest.HasSecrets);
        json.WriteString("point", manifest.Point);
        json.WriteStartArray("files");
        foreach (var file in manifest.Files) Write(json, file);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, BackupFile file)
    {
        json.WriteStartObject();
        json.WriteString("name", file.Name);
        json.WriteNumber("size", file.Size);
        json.WriteString("sha256", file.Digest.ToHex());
        if (file.Modified is { } modified) json.WriteString("modified", modified.ToString("O", CultureInfo.InvariantCulture));
        if (file.IsSecret) json.WriteBoolean("secret", true);
        json.WriteEndObject();
    }

    private static BackupManifest Manifest(JsonElement json) => new()
    {
        LedgerId = json.GetProperty("ledgerId").GetString(),
        ServiceCertificate = DigestOf(json.GetProperty("serviceCertificate")),
        Last = TransactionId.TryParse(json.GetProperty("lastTransaction").GetString(), out var last)
            ? last
            : throw new FormatException("Its last transaction is none."),
        Root = DigestOf(json.GetProperty("merkleRoot")),
        Taken = json.GetProperty("taken").GetDateTimeOffset(),
        Point = json.GetProperty("point").GetString() is { } point ? NameOf(point, BackupNames.IsPoint) : null,
        Files = Files(json.GetProperty("files")),
    };

    private static List<BackupFile> Files(JsonElement json)
    {
        var files = json.EnumerateArray().Select(File).ToList();
        return files.CountBy(file => file.Name, StringComparer.Ordinal).FirstOrDefault(name => name.Value > 1).Key is { } twice
            ? throw new FormatException($"It names {twice} twice.")
            : files;
    }

    private static BackupFile File(JsonElement json)
    {
        var name = NameOf(json.GetProperty("name").GetString(), BackupNames.IsOne);
        var (size, digest) = (json.GetProperty("size").GetInt64(), DigestOf(json.GetProperty("sha256")));
        return new BackupFile(name, size, digest, BackupNames.IsSecret(name))
        {
            Modified = json.TryGetProperty("modified", out var modified) ? modified.GetDateTime().ToUniversalTime() : null,
        };
    }

    private static string NameOf(string? name, Func<string, bool> isRight) =>
        name is not null && isRight(name) ? name : throw new FormatException("It names a file that no backup has.");

    private static Digest DigestOf(JsonElement json) =>
        Digest.TryParseHex(json.GetString(), out var digest) ? digest : throw new FormatException("It holds a digest that is none.");
}
