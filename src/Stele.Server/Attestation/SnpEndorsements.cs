using System.Security.Cryptography;
using System.Text;
using Stele.Attestation.Snp;

namespace Stele.Server.Attestation;

/// <summary>AMD's certificates of a report, as CCF keeps them: PEM of VCEK, ASK and ARK.</summary>
internal static class SnpEndorsements
{
    /// <summary>The certificates of the table that the host laid beside the report; null where it has not all three.</summary>
    /// <exception cref="EvidenceException">The table cannot be read.</exception>
    public static SnpCertificates? FromTable(ReadOnlyMemory<byte> table)
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

    /// <summary>The certificates as PEM, each with a line's end behind it.</summary>
    public static byte[] Pem(SnpCertificates certificates)
    {
        var text = new StringBuilder();
        foreach (var one in new[] { certificates.Key.Certificate, certificates.Intermediate, certificates.Root })
            text.Append(PemEncoding.WriteString("CERTIFICATE", one.Encoded.Span)).Append('\n');
        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
