using System.Text;
using Stele.Attestation.Formats;
using Stele.Attestation.Snp;

namespace Stele.Attestation.Azure;

/// <summary>
/// What Azure's host keeps of AMD's certificates (THIM: <c>host-amd-cert-base64</c>, or the metadata service), as JSON.
/// </summary>
/// <param name="Certificates">The certificates.</param>
/// <param name="Tcb">The TCB that they are for.</param>
public sealed record HostCertificates(SnpCertificates Certificates, SnpTcbVersion Tcb)
{
    /// <summary>Reads the JSON.</summary>
    /// <exception cref="FormatException">It is something else, or a certificate in it cannot be read.</exception>
    public static HostCertificates Read(ReadOnlyMemory<byte> json)
    {
        var host = EvidenceJson.ReadObject(json);
        var pem = $"{EvidenceJson.Text(host, "vcekCert")}\n{EvidenceJson.Text(host, "certificateChain")}";
        return SnpTcbVersion.TryParse(EvidenceJson.Text(host, "tcbm"), out var tcb)
            ? new HostCertificates(SnpCertificates.ReadPem(Encoding.ASCII.GetBytes(pem)), tcb)
            : throw new FormatException("\"tcbm\" is no TCB version.");
    }
}
