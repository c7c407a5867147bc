namespace Stele.Attestation;

/// <summary>What a piece of evidence says of what runs there. Worth nothing unless the verdict accepts it.</summary>
public sealed record AttestationClaims
{
    /// <summary>The hardware that speaks.</summary>
    public required Platform Platform { get; init; }

    /// <summary>The processor's or module's product, such as <c>Milan</c>; empty where none is named.</summary>
    public string Product { get; init; } = "";

    /// <summary>What was loaded: 48 bytes (SNP launch digest, TDX MRTD) or 32 (SGX MRENCLAVE).</summary>
    public required ReadOnlyMemory<byte> Measurement { get; init; }

    /// <summary>The 64 bytes that the guest chose, usually the digest of a key and zeros.</summary>
    public required ReadOnlyMemory<byte> ReportData { get; init; }

    /// <summary>
    /// What the host bound to the guest at its launch: SNP HOST_DATA (32 bytes), TDX MRCONFIGID (48), SGX CONFIGID (64).
    /// </summary>
    public ReadOnlyMemory<byte> HostData { get; init; }

    /// <summary>TDX: RTMR0 to RTMR3, 48 bytes each, which the domain extended while it started and ran; else empty.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Registers { get; init; } = [];

    /// <summary>SGX: who signed the enclave (MRSIGNER, 32 bytes); else empty.</summary>
    public ReadOnlyMemory<byte> Signer { get; init; }

    /// <summary>The level of firmware and microcode that was proven, as the platform's maker writes it.</summary>
    public string Tcb { get; init; } = "";

    /// <summary>What the maker says of that level (<c>UpToDate</c>, …); empty where he says nothing.</summary>
    public string TcbStatus { get; init; } = "";

    /// <summary>The maker's security advisories that apply to that level.</summary>
    public IReadOnlyList<string> Advisories { get; init; } = [];

    /// <summary>Whether the host may read the guest's memory: then nothing there is secret.</summary>
    public required bool Debug { get; init; }
}
