namespace Stele.Attestation;

/// <summary>What kind of hardware speaks.</summary>
public enum Platform
{
    /// <summary>None: a process that says so itself. It proves nothing.</summary>
    Virtual,

    /// <summary>A virtual machine or container under AMD SEV-SNP, with a report of its own.</summary>
    SevSnp,

    /// <summary>A trust domain under Intel TDX.</summary>
    Tdx,

    /// <summary>An Intel SGX enclave.</summary>
    Sgx,

    /// <summary>An Azure confidential virtual machine: the hardware speaks for a virtual TPM, and that for the machine.</summary>
    AzureVm,
}
