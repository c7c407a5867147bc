namespace Stele.Attestation.Dcap;

/// <summary>An Intel quote (SGX or TDX), and what Intel says of the platform that made it.</summary>
/// <param name="Quote">The quote, as the enclave or trust domain gives it.</param>
/// <param name="Collateral">Intel's statements; null when there are none, and then nothing is known of the TCB.</param>
public sealed record DcapEvidence(ReadOnlyMemory<byte> Quote, DcapCollateral? Collateral = null);

/// <summary>What Intel's provisioning certification service gives out about a platform.</summary>
/// <param name="TcbInfo">The signed JSON of the platform's TCB levels, byte for byte.</param>
/// <param name="QeIdentity">The signed JSON of the quoting enclave's identity, byte for byte.</param>
/// <param name="SigningChain">PEM of the certificate that signs both, and Intel's root.</param>
/// <param name="PckRevocationList">DER of the list of the platform or processor authority; null when not given.</param>
/// <param name="RootRevocationList">DER of the root's list; null when not given.</param>
public sealed record DcapCollateral(
    ReadOnlyMemory<byte> TcbInfo,
    ReadOnlyMemory<byte> QeIdentity,
    ReadOnlyMemory<byte> SigningChain,
    ReadOnlyMemory<byte>? PckRevocationList = null,
    ReadOnlyMemory<byte>? RootRevocationList = null);
