using Stele.Attestation.Certificates;

namespace Stele.Attestation.Dcap;

/// <summary>Intel's statements about a platform, read.</summary>
/// <param name="Info">The levels of firmware and microcode.</param>
/// <param name="Identity">The quoting enclave.</param>
/// <param name="Signers">The chain of who signed both.</param>
/// <param name="PckList">The revoked certificates of platforms; null where not given.</param>
/// <param name="RootList">The root's revoked certificates; null where not given.</param>
internal sealed record ReadCollateral(
    TcbInfo Info, QeIdentity Identity, IReadOnlyList<Certificate> Signers, RevocationList? PckList, RevocationList? RootList)
{
    /// <summary>Reads all.</summary>
    /// <exception cref="FormatException">Something cannot be read.</exception>
    public static ReadCollateral Of(DcapCollateral collateral)
    {
        var signers = CertificatePem.ReadAll(collateral.SigningChain.Span);
        if (signers.Count < 2) throw new FormatException("The chain of the signer of Intel's statements is incomplete.");
        return new ReadCollateral(
            TcbInfo.Read(collateral.TcbInfo), QeIdentity.Read(collateral.QeIdentity), signers,
            collateral.PckRevocationList is { } pck ? RevocationList.Read(pck) : null,
            collateral.RootRevocationList is { } root ? RevocationList.Read(root) : null);
    }
}
