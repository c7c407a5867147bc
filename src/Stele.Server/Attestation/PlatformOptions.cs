using Stele.Attestation;
using Stele.Server.Attestation.Sev;
using Stele.Server.Attestation.Tsm;

namespace Stele.Server.Attestation;

/// <summary>Where evidence of the platform is looked for, and whether a node may run where there is none.</summary>
public sealed record PlatformOptions
{
    /// <summary>Whether the node runs without an enclave where the machine has none. Nothing of it is attested then.</summary>
    public bool AllowsVirtual { get; init; }

    /// <summary>The SNP privilege level (VMPL, 0 to 3) to ask at; null for the least that the kernel gives.</summary>
    public int? PrivilegeLevel { get; init; }

    /// <summary>Where the kernel's reports of configfs-tsm are.</summary>
    public string TsmDirectory { get; init; } = TsmReports.KernelDirectory;

    /// <summary>The kernel's device for SEV-SNP guests, which older kernels have alone.</summary>
    public string SevGuestDevice { get; init; } = Sev.SevGuestDevice.KernelPath;

    /// <summary>The kernel's device for TDX guests: where it is, there is an enclave, whose evidence comes from configfs alone.</summary>
    public string TdxGuestDevice { get; init; } = "/dev/tdx_guest";

    /// <summary>Where evidence comes from; null for what the machine has.</summary>
    internal IEvidenceSource? Source { get; init; }

    /// <summary>How the device for SEV-SNP guests is opened; null for the kernel's.</summary>
    internal Func<ISevGuestDevice>? GuestDevice { get; init; }

    /// <summary>The makers' roots, by which other nodes' evidence is judged.</summary>
    internal TrustAnchors Anchors { get; init; } = TrustAnchors.Published;

    /// <summary>
    /// Where Azure's confidential containers find what their host says of them (<c>UVM_SECURITY_CONTEXT_DIR</c>); null where
    /// there is nothing.
    /// </summary>
    public string? SecurityContextDirectory { get; init; } = Environment.GetEnvironmentVariable("UVM_SECURITY_CONTEXT_DIR");
}
