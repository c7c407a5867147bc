using Stele.Attestation.Azure;
using Stele.Attestation.Dcap;
using Stele.Attestation.Folders;
using Stele.Attestation.Snp;

namespace Stele.Attestation;

/// <summary>
/// What a verifier accepts beside genuineness. What is null is not asked; debug is refused unless the policy names it.
/// </summary>
public sealed record EvidencePolicy
{
    /// <summary>Asks nothing but genuine evidence of a guest that its host cannot read.</summary>
    public static EvidencePolicy Default { get; } = new();

    /// <summary>Reads a policy for nodes, JSON as docs/attestation.md describes it.</summary>
    /// <exception cref="FormatException">It asks for something unknown, or in a way that cannot be read.</exception>
    public static EvidencePolicy Read(ReadOnlyMemory<byte> json) => FolderPolicy.ReadForNodes(json);

    /// <summary>Whether a guest whose memory its host may read is accepted.</summary>
    public bool AllowDebug { get; init; }

    /// <summary>Whether a node's statement is accepted that it runs in no enclave, which proves nothing.</summary>
    public bool AllowVirtual { get; init; }

    /// <summary>The measurements of which the evidence must show one, as long as the platform's are.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? Measurements { get; init; }

    /// <summary>The host data of which the evidence must show one.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? HostData { get; init; }

    /// <summary>The report data that is expected; a shorter value means that zeros follow it, up to 64 bytes.</summary>
    public ReadOnlyMemory<byte>? ReportData { get; init; }

    /// <summary>AMD: the privilege level (0 to 3) at which the report must have been asked for.</summary>
    public uint? Vmpl { get; init; }

    /// <summary>AMD: the oldest firmware that is accepted, component by component.</summary>
    public SnpTcb? MinimumTcb { get; init; }

    /// <summary>
    /// AMD: the oldest firmware by processor, under what CPUID leaf 1 gives in EAX (Milan: 0x00A00F11). A processor that
    /// is not in the table is refused.
    /// </summary>
    public IReadOnlyDictionary<uint, SnpTcb>? MinimumTcbByCpu { get; init; }

    /// <summary>AMD: the signers of ID blocks (SHA-384 of their keys) of which the report must show one.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? IdKeyDigests { get; init; }

    /// <summary>AMD: whether the chip's own key must have signed (VCEK), not one that a cloud provider loaded (VLEK).</summary>
    public bool RequireVcek { get; init; }

    /// <summary>AMD: whether firmware that the host may still take back is refused.</summary>
    public bool RequireCommittedFirmware { get; init; }

    /// <summary>AMD: whether evidence without its root's revocation list is refused.</summary>
    public bool RequireRevocationList { get; init; }

    /// <summary>Who may endorse the measurement of an Azure utility VM; asked only where an endorsement is given.</summary>
    public IReadOnlyList<UvmEndorser>? UvmEndorsers { get; init; }

    /// <summary>
    /// Intel: the TCB statuses that are accepted, which takes Intel's collateral to know one. Null for any but revoked, and
    /// for none at all where there is no collateral.
    /// </summary>
    public IReadOnlyList<string>? TcbStatuses { get; init; } = ["UpToDate"];

    /// <summary>Intel TDX: what the trust domain may consist of, its registers included; it must be one of these.</summary>
    public IReadOnlyList<TrustDomain>? TrustDomains { get; init; }

    /// <summary>Intel SGX: the signers of enclaves (MRSIGNER, SHA-256 of their keys) of which one must have signed it.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? EnclaveSigners { get; init; }

    /// <summary>Azure virtual machines: the nonce that the TPM must have quoted.</summary>
    public ReadOnlyMemory<byte>? Nonce { get; init; }

    /// <summary>Attestation tokens: the address of the instance that must have issued it.</summary>
    public string? Issuer { get; init; }

    /// <summary>Attestation tokens: the platform (<c>x-ms-attestation-type</c>) that the virtual machine must run on.</summary>
    public string? Isolation { get; init; }
}
