namespace Stele.Attestation.Nodes;

/// <summary>Whether a platform can answer all that a policy demands. What is demanded of another platform must not pass unasked.</summary>
internal static class PolicyFit
{
    public static void Check(CheckList checks, EvidencePolicy policy, Platform platform)
    {
        var unanswered = Demands(policy).Where(demand => demand.Of != platform).Select(demand => demand.Name).ToList();
        checks.Add(
            "platform-fits-policy", unanswered.Count == 0,
            $"The policy demands what {platform} does not have: {string.Join(", ", unanswered)}.");
    }

    private static IEnumerable<(string Name, Platform Of)> Demands(EvidencePolicy policy)
    {
        if (policy.Vmpl is not null) yield return ("a privilege level", Platform.SevSnp);
        if (policy.MinimumTcb is not null || policy.MinimumTcbByCpu is not null) yield return ("a minimum TCB", Platform.SevSnp);
        if (policy.IdKeyDigests is not null) yield return ("the signer of an ID block", Platform.SevSnp);
        if (policy.RequireVcek) yield return ("a chip's own key", Platform.SevSnp);
        if (policy.RequireCommittedFirmware) yield return ("committed firmware", Platform.SevSnp);
        if (policy.UvmEndorsers is not null) yield return ("an endorsed utility VM", Platform.SevSnp);
        if (policy.TrustDomains is not null) yield return ("registers of a trust domain", Platform.Tdx);
        if (policy.EnclaveSigners is not null) yield return ("the signer of an enclave", Platform.Sgx);
    }
}
