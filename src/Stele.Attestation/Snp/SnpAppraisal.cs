namespace Stele.Attestation.Snp;

/// <summary>What a policy says to a report that is taken for genuine.</summary>
internal static class SnpAppraisal
{
    private const uint VmplMax = 3;

    public static void Check(CheckList checks, SnpReport report, SnpProduct? product, EvidencePolicy policy)
    {
        checks.Add("policy-no-debug", policy.AllowDebug || !report.Policy.AllowsDebug, "The host may read the guest's memory.");
        checks.Add("policy-no-migration-agent", !report.Policy.AllowsMigration, "A migration agent may read the guest's memory.");
        checks.Add("vmpl-guest", report.Vmpl <= VmplMax, $"Asked for by privilege level {report.Vmpl:X}, no guest's.");
        if (policy.Vmpl is { } vmpl)
            checks.Add("vmpl-expected", report.Vmpl == vmpl, $"Asked for by privilege level {report.Vmpl}, not {vmpl}.");
        if (policy.IdKeyDigests is { } signers) Appraisal.CheckOneOf(checks, "id-key-expected", signers, report.IdKeyDigest);
        if (policy.RequireCommittedFirmware)
            checks.Add(
                "firmware-committed", report.CommittedTcb == report.CurrentTcb && report.CommittedFirmware == report.CurrentFirmware,
                $"The host may go back from {report.CurrentTcb} to {report.CommittedTcb}.");
        CheckTcb(checks, report, product, policy);
        Appraisal.CheckValues(checks, policy, report.Measurement, report.HostData, report.ReportData);
    }

    private static void CheckTcb(CheckList checks, SnpReport report, SnpProduct? product, EvidencePolicy policy)
    {
        const string Name = "tcb-minimum";
        var level = product is { } known ? report.ReportedTcb.Of(known) : null;
        if (policy.MinimumTcb is { } minimum) checks.Add(Name, level?.IsAtLeast(minimum) is true, Older(level, minimum));
        if (policy.MinimumTcbByCpu is not { } table) return;
        if (report.CpuId is { } cpu && table.TryGetValue(cpu, out var least))
            checks.Add(Name, level?.IsAtLeast(least) is true, Older(level, least));
        else
            checks.Add(Name, false, report.CpuId is { } other ? $"No minimum for the processor {other:x8}." : "The processor is not told.");
    }

    private static string Older(SnpTcb? level, SnpTcb minimum) => $"The firmware is at {level}; accepted from {minimum} on.";
}
