using Stele.Attestation.Certificates;
using Stele.Attestation.Dcap;

namespace Stele.Attestation.Tests;

/// <summary>
/// Whatever is made of a quote or of Intel's statements: reading it ends, with no other exception than the one documented.
/// </summary>
public sealed class DcapFuzzTests
{
    private const int Rounds = 30_000;

    public static TheoryData<string> Genuine => ["sgx-v3-config-needed", "tdx-v4-uptodate", "tdx-v5-uptodate"];

    [Theory]
    [MemberData(nameof(Genuine))]
    public void Quotes(string name) => Mutation.Try(Vector.Open(name).Read("quote.bin")!, Rounds, bytes => Quote.Read(bytes));

    [Theory]
    [MemberData(nameof(Genuine))]
    public void Levels_of_platforms(string name) =>
        Mutation.Try(Vector.Open(name).Read("tcbinfo.json")!, Rounds / 3, bytes => TcbInfo.Read(bytes));

    [Theory]
    [MemberData(nameof(Genuine))]
    public void Identities_of_quoting_enclaves(string name) =>
        Mutation.Try(Vector.Open(name).Read("qeidentity.json")!, Rounds, bytes => QeIdentity.Read(bytes));

    // On their own: whoever changes a text in base64 mostly makes no certificate at all.
    [Theory]
    [MemberData(nameof(Genuine))]
    public void Certificates_of_platforms(string name) => Mutation.Try(
        Quote.Read(Vector.Open(name).Read("quote.bin")).Signature.Chain[0].Encoded.ToArray(), Rounds,
        bytes => PckPlatform.Read(Certificate.Read(bytes)));

    [Fact]
    public void The_verifier_throws_nothing()
    {
        var vector = Vector.Open("tdx-v5-uptodate");
        var collateral = new DcapCollateral(
            vector.Read("tcbinfo.json"), vector.Read("qeidentity.json"), vector.Read("tcb-signing-chain.pem"), vector.Read("pck.crl"),
            vector.Read("root.crl"));
        var (quote, mutation) = (vector.Read("quote.bin")!, new Mutation(seed: 7));
        for (var round = 0; round < 300; round++)
        {
            var evidence = new DcapEvidence(mutation.Of(quote), collateral with { TcbInfo = mutation.Of(collateral.TcbInfo.ToArray()) });
            Assert.NotEmpty(DcapVerifier.Verify(evidence, EvidencePolicy.Default, TrustAnchors.Published, default).Checks);
        }
    }
}
