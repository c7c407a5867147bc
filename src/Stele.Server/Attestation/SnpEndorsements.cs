using System.Security.Cryptography;
using System.Text;
using Stele.Attestation.Snp;

namespace Stele.Server.Attestation;

/// <summary>AMD's certificates of a report, as CCF keeps them: PEM of VCEK, ASK and ARK.</summary>
internal static class SnpEndorsements
{
    /// <summary>The certificates of the table that the host laid beside the report, else those of the context.</summary>
    /// <returns>PEM; empty where neither has all three. Then a verifier has to get them from AMD.</returns>
    /// <exception cref="EvidenceException">The table cannot be read.</exception>
    public static byte[] Of(ReadOnlyMemory<byte> table, SecurityContext context) =>
        (FromTable(table) ?? context.Certificates?.Certificates) is { } certificates ? Pem(certificates) : [];

    private static SnpCertificates? FromTable(ReadOnlyMemory<byte> table)
    {
        // A host that has nothing to say leaves the table empty, or nothing but the mark of its end.
        if (!table.Span.ContainsAnyExcept((byte)0)) return null;
        try
        {
            var read = SnpCertificateTable.Read(table);
            return read.IsComplete ? read.Certificates() : null;
        }
        catch (FormatException fault)
        {
            throw new EvidenceException($"The host gives certificates that cannot be read: {fault.Message}", fault);
        }
    }

    private static byte[] Pem(SnpCertificates certificates)
    {
        var text = new StringBuilder();
        foreach (var one in new[] { certificates.Key.Certificate, certificates.Intermediate, certificates.Root })
            text.Append(PemEncoding.WriteString("CERTIFICATE", one.Encoded.Span)).Append('\n');
        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
