using Stele.Attestation.Azure;
using Stele.Attestation.Certificates;
using Stele.Attestation.Snp;

namespace Stele.Attestation.Tests;

/// <summary>Genuine evidence out of vectors, for tests that change it.</summary>
internal static class Evidence
{
    public static readonly DateTimeOffset AsOf = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly UvmEndorser Microsoft = new(
        "did:x509:0:sha256:I__iuL25oXEVFdTP_aBLx_eT1RPHbCQ_ECBQfYZpt9s::eku:1.3.6.1.4.1.311.76.59.1.2", "ContainerPlat-AMD-UVM", 101);

    public static SnpEvidence Snp(string name = "snp-milan-v3-aci")
    {
        var vector = Vector.Open(name);
        return new SnpEvidence(
            SnpReport.Read(vector.Read("report.bin")), SnpCertificates.Read(vector.Read("vek.der"), vector.Read("ask-ark.pem")));
    }

    public static AciEvidence Aci(string name = "aci-milan-v3-bundle")
    {
        var vector = Vector.Open(name);
        var host = HostCertificates.Read(vector.Read("host-amd-certs.json"));
        return new AciEvidence(
            new SnpEvidence(SnpReport.Read(vector.Read("report.bin")), host.Certificates), host.Tcb,
            UvmEndorsement.Read(vector.Read("uvm-endorsements.cose")), vector.Read("cce-policy.rego"));
    }

    public static Verdict Judge(SnpEvidence evidence, EvidencePolicy? policy = null, DateTimeOffset? asOf = null) =>
        SnpVerifier.Verify(evidence, policy ?? EvidencePolicy.Default, TrustAnchors.Published, asOf ?? AsOf);

    public static Verdict Judge(AciEvidence evidence, EvidencePolicy? policy = null) => AciVerifier.Verify(
        evidence, policy ?? new EvidencePolicy { UvmEndorsers = [Microsoft] }, TrustAnchors.Published, AsOf);

    /// <summary>The names of the checks that failed, in the order of the alphabet.</summary>
    public static IEnumerable<string> Names(Verdict verdict) =>
        verdict.Failed.Select(check => check.Name).Order(StringComparer.Ordinal);

    /// <summary>A copy with one bit changed.</summary>
    public static byte[] Flipped(ReadOnlyMemory<byte> bytes, int at)
    {
        var flipped = bytes.ToArray();
        flipped[at] ^= (byte)(1 << at % 8);
        return flipped;
    }

    /// <summary>Expects that changed certificates are refused or cannot be read.</summary>
    public static void Refused(Func<SnpCertificates> read, SnpEvidence genuine, string what)
    {
        try
        {
            Assert.False(Judge(genuine with { Certificates = read() }).Accepted, what);
        }
        catch (FormatException)
        {
        }
    }

    public static Certificate Reread(Certificate certificate, int flippedAt) => Certificate.Read(Flipped(certificate.Encoded, flippedAt));
}
