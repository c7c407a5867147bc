namespace Stele.Attestation.Dcap;

/// <summary>Verifies Intel's quotes.</summary>
public static class DcapVerifier
{
    /// <summary>Judges a quote as of a moment. Throws nothing: what cannot be read fails the check <c>well-formed</c>.</summary>
    public static Verdict Verify(DcapEvidence evidence, EvidencePolicy policy, TrustAnchors anchors, DateTimeOffset asOf) =>
        Verdict.Of(() => new DcapVerification(evidence, policy, anchors, asOf).Run());
}
