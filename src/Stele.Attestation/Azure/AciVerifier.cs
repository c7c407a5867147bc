using Stele.Attestation.Snp;
using Stele.Cryptography;

namespace Stele.Attestation.Azure;

/// <summary>Verifies what confidential containers of Azure show, and any SNP report beside which an endorsement stands.</summary>
public static class AciVerifier
{
    /// <summary>
    /// Judges evidence as of a moment. Where an endorsement is shown and the policy names endorsers, the endorsement stands
    /// for the policy's measurements, as in CCF; where none is shown, the measurements are asked. Throws nothing.
    /// </summary>
    public static Verdict Verify(AciEvidence evidence, EvidencePolicy policy, TrustAnchors anchors, DateTimeOffset asOf)
    {
        var report = evidence.Snp.Report;
        var isEndorsed = evidence.Uvm is not null && policy.UvmEndorsers is not null;
        var snp = SnpVerifier.Verify(evidence.Snp, isEndorsed ? policy with { Measurements = null } : policy, anchors, asOf);
        var checks = new CheckList();
        checks.Include(snp.Checks);
        if (evidence.EndorsedTcb is { } endorsed)
            checks.Add("endorsed-tcb", endorsed == report.ReportedTcb, $"Endorsed {endorsed}, reported {report.ReportedTcb}.");
        if (evidence.SecurityPolicy is { } text)
            checks.Add(
                "host_data-is-policy", report.HostData.Span.SequenceEqual(Digest.Of(text.Span).Span),
                "The host data is not the digest of the security policy.");
        if (evidence.Uvm is { } endorsement)
            UvmVerifier.Check(checks, endorsement, report.Measurement, policy.UvmEndorsers);
        else if (policy.UvmEndorsers is not null && policy.Measurements is null)
            checks.Add("uvm:given", false, "The policy asks for an endorsement of the measurement.");
        return new Verdict(snp.Claims, checks.All);
    }
}
