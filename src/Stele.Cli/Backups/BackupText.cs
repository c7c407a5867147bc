using System.Globalization;
using System.Text.Json;
using Stele.Cli.Output;
using Stele.Cryptography.Certificates;
using Stele.Ledger.Backups;

namespace Stele.Cli.Backups;

/// <summary>What commands about backups say of one.</summary>
internal static class BackupText
{
    public static string Of(BackupManifest manifest) =>
        $"up to {manifest.Last}, {Plural.Of(manifest.Files.Count, "file")}, {Size(manifest.Size)}"
        + (manifest.HasSecrets ? ", with the node's secrets" : ", without secrets")
        + $"\nservice certificate (SHA-256): {CertificateFingerprint.Of(manifest.ServiceCertificate)}\nMerkle root: {manifest.Root}";

    public static void Write(Utf8JsonWriter json, BackupManifest manifest)
    {
        json.WriteString("ledgerId", manifest.LedgerId);
        json.WriteString("lastTransaction", manifest.Last.ToString());
        json.WriteString("merkleRoot", manifest.Root.ToHex());
        json.WriteString("serviceCertificate", manifest.ServiceCertificate.ToHex());
        json.WriteString("taken", manifest.Taken);
        json.WriteNumber("files", manifest.Files.Count);
        json.WriteNumber("bytes", manifest.Size);
        json.WriteBoolean("secrets", manifest.HasSecrets);
    }

    public static string Size(long bytes) => bytes < 10_000_000
        ? $"{bytes.ToString("N0", CultureInfo.InvariantCulture)} bytes"
        : $"{(bytes / 1e6).ToString("N0", CultureInfo.InvariantCulture)} MB";
}
