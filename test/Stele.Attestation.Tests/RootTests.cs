using Stele.Attestation.Certificates;

namespace Stele.Attestation.Tests;

/// <summary>The roots that are trusted are those that the makers published.</summary>
public sealed class RootTests
{
    private static string Folder => SharedVectors.Require("vectors/attestation/roots");

    [Theory]
    [InlineData("milan")]
    [InlineData("genoa")]
    [InlineData("turin")]
    public void AMDs_roots_are_pinned_and_sign_themselves(string product)
    {
        var root = Read($"amd-ark-{product}.der");
        Assert.Contains(root.Digest, TrustAnchors.Published.AmdRoots);
        Assert.True(root.IsSignedBy(root, SignatureScheme.RsaPssSha384));
        Assert.Equal(4096, root.PublicKey.RsaBits);
    }

    [Theory]
    [InlineData("amd-milan-ask-ark.pem")]
    [InlineData("amd-milan-vlek-ask-ark.pem")]
    [InlineData("amd-genoa-ask-ark.pem")]
    [InlineData("amd-genoa-vlek-ask-ark.pem")]
    [InlineData("amd-turin-vcek-ask-ark.pem")]
    [InlineData("amd-turin-vlek-ask-ark.pem")]
    public void AMDs_intermediates_are_signed_by_the_roots(string file)
    {
        var chain = CertificatePem.Read(File.ReadAllBytes(Path.Combine(Folder, file)), 2);
        Assert.Contains(chain[1].Digest, TrustAnchors.Published.AmdRoots);
        Assert.True(chain[0].IsSignedBy(chain[1], SignatureScheme.RsaPssSha384));
        Assert.False(chain[1].IsSignedBy(chain[0], SignatureScheme.RsaPssSha384));
    }

    [Theory]
    [InlineData("intel-tcb-signing-chain-2018-2025.pem")]
    [InlineData("intel-tcb-signing-chain-2025-2032.pem")]
    public void Intels_signers_are_signed_by_the_root(string file)
    {
        var root = Read("intel-sgx-root-ca.der");
        Assert.Contains(root.PublicKey.Digest, TrustAnchors.Published.IntelRootKeys);
        Assert.True(root.IsSignedBy(root, SignatureScheme.EcdsaSha256));
        var signer = CertificatePem.ReadAll(File.ReadAllBytes(Path.Combine(Folder, file)))[0];
        Assert.Equal("Intel SGX TCB Signing", signer.Subject.CommonName);
        Assert.True(signer.IsSignedBy(root, SignatureScheme.EcdsaSha256));
    }

    private static Certificate Read(string file) => Certificate.Read(File.ReadAllBytes(Path.Combine(Folder, file)));
}
