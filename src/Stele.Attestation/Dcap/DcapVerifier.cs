namespace Stele.Attestation.Dcap;

/// <summary>Verifies Intel's quotes.</summary>
public static class DcapVerifier
{
    /// <summary>Judges a quote as of a moment. Throws nothing: what cannot be read fails the check <c>well-formed</c>.</summary>
    public static Verdict Verify(DcapEvidence evidence, EvidencePolicy policy, TrustAnchors anchors, DateTimeOffset asOf)
    {
        try
        {
            return new DcapVerification(evidence, policy, anchors, asOf).Run();
        }
        catch (FormatException fault)
        {
            return Verdict.NotWellFormed(fault.Message);
        }
    }
}
