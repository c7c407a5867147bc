using Stele.Attestation.Certificates;

namespace Stele.Attestation.Snp;

/// <summary>The certificates that endorse a report.</summary>
/// <param name="Key">The endorsement key's (VCEK or VLEK).</param>
/// <param name="Intermediate">The one that signed it (ASK or ASVK).</param>
/// <param name="Root">The one that signed that (ARK). It is trusted only if it is pinned.</param>
public sealed record SnpCertificates(EndorsementKey Key, Certificate Intermediate, Certificate Root)
{
    /// <summary>Reads PEM of exactly three certificates: endorsement key, intermediate, root. So CCF keeps them.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static SnpCertificates ReadPem(ReadOnlySpan<byte> pem)
    {
        var chain = CertificatePem.Read(pem, 3);
        return new SnpCertificates(EndorsementKey.Of(chain[0]), chain[1], chain[2]);
    }

    /// <summary>Reads an endorsement key's DER, and PEM of the intermediate and the root. So AMD's service gives them out.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static SnpCertificates Read(ReadOnlyMemory<byte> key, ReadOnlySpan<byte> chainPem)
    {
        var chain = CertificatePem.Read(chainPem, 2);
        return new SnpCertificates(EndorsementKey.Read(key), chain[0], chain[1]);
    }
}
