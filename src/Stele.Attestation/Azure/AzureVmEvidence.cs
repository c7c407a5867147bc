using Stele.Attestation.Dcap;
using Stele.Attestation.Snp;

namespace Stele.Attestation.Azure;

/// <summary>What an Azure confidential virtual machine shows.</summary>
/// <param name="Paravisor">The hardware's report and the claims bound to it.</param>
/// <param name="Endorsement">What makes the hardware's report credible.</param>
/// <param name="Tpm">What the TPM says of the machine.</param>
public sealed record AzureVmEvidence(HclReport Paravisor, VmEndorsement Endorsement, TpmQuote Tpm);

/// <summary>What makes the hardware's report of a virtual machine credible: one of the kinds below.</summary>
public abstract record VmEndorsement
{
    private protected VmEndorsement()
    {
    }
}

/// <summary>SEV-SNP: the certificates of the key that signed the report.</summary>
/// <param name="Certificates">The certificates.</param>
public sealed record SnpVmEndorsement(SnpCertificates Certificates) : VmEndorsement;

/// <summary>TDX: a quote that says the same as the report, which only the machine itself can verify.</summary>
/// <param name="Evidence">The quote and its collateral.</param>
public sealed record TdxVmEndorsement(DcapEvidence Evidence) : VmEndorsement;
