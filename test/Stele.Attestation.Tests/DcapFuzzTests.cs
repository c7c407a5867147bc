using System.Text;
using Stele.Attestation.Dcap;

namespace Stele.Attestation.Tests;

/// <summary>
/// Whatever is made of a quote or of Intel's statements: reading it ends, with no other exception than the one documented.
/// </summary>
public sealed class DcapFuzzTests
{
    private const int Rounds = 30_000;

    [Theory]
    [InlineData("sgx-v3-config-needed")]
    [InlineData("tdx-v4-uptodate")]
    [InlineData("tdx-v5-uptodate")]
    public void Mutated_quotes_and_statements_are_read_or_refused(string name)
    {
        var vector = Vector.Open(name);
        var mutation = new Mutation(seed: 20_261_121);
        // The chain's certificates are mutated on their own: whoever changes a base64 text mostly makes no certificate at all.
        Try(vector.Read("quote.bin")!, mutation, Rounds, bytes => Quote.Read(bytes));
        Try(vector.Read("tcbinfo.json")!, mutation, Rounds / 3, bytes => TcbInfo.Read(bytes));
        Try(vector.Read("qeidentity.json")!, mutation, Rounds, bytes => QeIdentity.Read(bytes));
        Try(
            Quote.Read(vector.Read("quote.bin")).Signature.Chain[0].Encoded.ToArray(), mutation, Rounds,
            bytes => PckPlatform.Read(Certificates.Certificate.Read(bytes)));
    }

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

    private static void Try(byte[] genuine, Mutation mutation, int rounds, Action<byte[]> read)
    {
        for (var round = 0; round < rounds; round++)
        {
            var bytes = mutation.Of(genuine);
            try
            {
                read(bytes);
            }
            catch (FormatException)
            {
            }
            catch (Exception fault)
            {
                Assert.Fail($"round {round}: {fault}\n{Convert.ToBase64String(bytes)}\n{Encoding.Latin1.GetString(bytes)}");
            }
        }
    }

    /// <summary>Makes the same changes each time it is asked from the same seed.</summary>
    private sealed class Mutation(ulong seed)
    {
        private ulong _state = seed;

        public byte[] Of(byte[] genuine)
        {
            var bytes = (byte[])genuine.Clone();
            for (var change = Below(3); change >= 0; change--)
            {
                if (bytes.Length == 0) return bytes;
                bytes = Below(6) switch
                {
                    0 => bytes[..Below(bytes.Length)],
                    1 => [.. bytes, .. new byte[Below(64)]],
                    2 => Cut(bytes),
                    _ => Set(bytes),
                };
            }
            return bytes;
        }

        private byte[] Set(byte[] bytes)
        {
            ReadOnlySpan<byte> odd = [0, 1, 0x7F, 0x80, 0xFF, (byte)'"', (byte)'{', (byte)'-', (byte)'9'];
            var at = Below(bytes.Length);
            bytes[at] = Below(2) == 0 ? odd[Below(odd.Length)] : (byte)(bytes[at] ^ (1 << Below(8)));
            return bytes;
        }

        private byte[] Cut(byte[] bytes)
        {
            var (from, to) = (Below(bytes.Length), Below(bytes.Length));
            return from < to ? [.. bytes[..from], .. bytes[to..]] : [.. bytes[..from], .. bytes[to..from], .. bytes[from..]];
        }

        // xorshift64*: a generator whose numbers are the same on every machine.
        private int Below(int bound)
        {
            _state ^= _state >> 12;
            _state ^= _state << 25;
            _state ^= _state >> 27;
            return (int)((_state * 0x2545F4914F6CDD1D >> 33) % (ulong)bound);
        }
    }
}
