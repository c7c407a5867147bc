using System.Security.Cryptography;
using Stele.Attestation.Dcap;
using Stele.Attestation.Snp;

namespace Stele.Attestation.Azure;

/// <summary>
/// Verifies Azure's confidential virtual machines: the hardware speaks for the paravisor's claims, these for the TPM's key,
/// and the TPM for what was started.
/// </summary>
public static class AzureVmVerifier
{
    /// <summary>
    /// Judges evidence as of a moment. The policy's report data is what the machine's owner bound to the report (user data),
    /// for the hardware's own report data binds the claims.
    /// </summary>
    /// <exception cref="FormatException">The paravisor's report holds no report of the hardware that it names.</exception>
    public static Verdict Verify(AzureVmEvidence evidence, EvidencePolicy policy, TrustAnchors anchors, DateTimeOffset asOf)
    {
        var paravisor = evidence.Paravisor;
        var checks = new CheckList();
        var hardware = Hardware(checks, evidence, policy with { ReportData = null }, anchors, asOf);
        if (hardware.Claims is { } told)
            Appraisal.CheckReportData(checks, "claims-bound", paravisor.ClaimsDigest, told.ReportData);
        if (policy.ReportData is { } data)
            Appraisal.CheckReportData(checks, "report_data-expected", data, paravisor.UserData);
        CheckTpm(checks, evidence.Tpm, paravisor, policy);
        return new Verdict(
            hardware.Claims is { } claims ? claims with { Platform = Platform.AzureVm, ReportData = paravisor.UserData } : null,
            checks.All);
    }

    private static Verdict Hardware(
        CheckList checks, AzureVmEvidence evidence, EvidencePolicy policy, TrustAnchors anchors, DateTimeOffset asOf)
    {
        var paravisor = evidence.Paravisor;
        var verdict = evidence.Endorsement switch
        {
            SnpVmEndorsement snp when paravisor.Hardware is Platform.SevSnp => SnpVerifier.Verify(
                new SnpEvidence(SnpReport.Read(paravisor.HardwareReport.Span), snp.Certificates), policy, anchors, asOf),
            TdxVmEndorsement tdx when paravisor.Hardware is Platform.Tdx => DcapVerifier.Verify(tdx.Evidence, policy, anchors, asOf),
            _ => Verdict.NotWellFormed($"The paravisor's report is from {paravisor.Hardware}, the endorsement is not."),
        };
        checks.Include(verdict.Checks);
        // The quote is made for the local report: it counts only if both say the same.
        if (evidence.Endorsement is TdxVmEndorsement && verdict.Claims is { } claims)
            Appraisal.CheckReportData(checks, "tdreport-quoted", paravisor.TdReportData, claims.ReportData);
        return verdict;
    }

    private static void CheckTpm(CheckList checks, TpmQuote tpm, HclReport paravisor, EvidencePolicy policy)
    {
        checks.Add("tpm:signature", tpm.IsSignedBy(paravisor.AttestationKey), "The attestation key of the claims did not sign the quote.");
        checks.Add("tpm:registers", tpm.IsOfRegisters(), "The registers' values are not those that are quoted.");
        if (policy.Nonce is { } nonce)
            checks.Add(
                "tpm:nonce", CryptographicOperations.FixedTimeEquals(nonce.Span, tpm.Nonce.Span),
                $"The quote is for the nonce {Convert.ToHexStringLower(tpm.Nonce.Span)}.");
        else
            checks.NotMade("tpm:nonce", "The policy names no nonce: the quote may be an old one.");
    }
}
