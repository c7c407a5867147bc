using System.Text;
using Stele.Attestation.Azure;

namespace Stele.Server.Attestation;

/// <summary>What the host of one of Azure's confidential containers says of it, in a directory that it mounts.</summary>
/// <param name="Certificates">AMD's certificates for the processor; null where the host does not give them.</param>
/// <param name="Endorsement">The endorsement of the utility VM's measurement, COSE; null where the host does not give one.</param>
internal sealed record SecurityContext(HostCertificates? Certificates, ReadOnlyMemory<byte>? Endorsement)
{
    private const int BytesMax = 1 << 20;

    /// <summary>A context without anything.</summary>
    public static SecurityContext Empty { get; } = new(null, default(ReadOnlyMemory<byte>?));

    /// <summary>Reads the directory.</summary>
    /// <exception cref="EvidenceException">A file in it cannot be read.</exception>
    public static async Task<SecurityContext> ReadAsync(string directory, CancellationToken cancel)
    {
        var path = directory;
        try
        {
            var certificates = await DecodeAsync(path = Path.Combine(directory, "host-amd-cert-base64"), cancel);
            var host = certificates is { } json ? HostCertificates.Read(json) : null;
            return new SecurityContext(host, await DecodeAsync(path = Path.Combine(directory, "reference-info-base64"), cancel));
        }
        catch (Exception fault) when (fault is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new EvidenceException($"{path} cannot be read: {fault.Message}", fault);
        }
    }

    private static async Task<ReadOnlyMemory<byte>?> DecodeAsync(string path, CancellationToken cancel)
    {
        if (!File.Exists(path)) return default(ReadOnlyMemory<byte>?);
        if (new FileInfo(path).Length > BytesMax) throw new FormatException($"It has more than {BytesMax} bytes.");
        return Convert.FromBase64String(Encoding.ASCII.GetString(await File.ReadAllBytesAsync(path, cancel)).Trim());
    }
}
