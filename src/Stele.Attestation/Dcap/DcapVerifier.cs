namespace Stele.Attestation.Dcap;

/// <summary>Verifies Intel's quotes.</summary>
public static class DcapVerifier
{
    /// <summary>What a quote says, as it stands there; nothing is verified.</summary>
    /// <exception cref="FormatException">It is no quote that is read.</exception>
    public static AttestationClaims Read(ReadOnlyMemory<byte> quote) => Quote.Read(quote).Body.Claims;

    /// <summary>Judges a quote as of a moment. Throws nothing: what cannot be read fails the check <c>well-formed</c>.</summary>
    public static Verdict Verify(DcapEvidence evidence, EvidencePolicy policy, TrustAnchors anchors, DateTimeOffset asOf) =>
        Verdict.Of(() => new DcapVerification(evidence, policy, anchors, asOf).Run());
}
