using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Stele.Attestation.Maa;

namespace Stele.Attestation.Tests;

/// <summary>Tokens that the service did not make, or not for this, are refused.</summary>
public sealed class MaaNegativeTests
{
    private static readonly DateTimeOffset AsOf = new(2022, 9, 7, 22, 0, 0, TimeSpan.Zero);
    private static Vector Genuine => Vector.Open("maa-azurevm-sevsnp");
    private static string[] Parts => Encoding.ASCII.GetString(Genuine.Read("token.jwt")!).Trim().Split('.');
    private static readonly Lazy<MaaKeys> Published = new(() => MaaKeys.Read(Genuine.Read("jwks.json")));

    private static MaaKeys Keys => Published.Value;

    [Fact]
    public void A_token_with_one_bit_flipped_is_refused()
    {
        var token = Encoding.ASCII.GetBytes(string.Join('.', Parts));
        for (var at = 0; at < token.Length; at += 7)
        {
            try
            {
                Assert.False(Judge(Evidence.Flipped(token, at)).Accepted, $"byte {at}");
            }
            catch (FormatException)
            {
            }
        }
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("rs256")]
    [InlineData("PS256")]
    public void No_other_algorithm_is_accepted(string algorithm)
    {
        var key = Keys.Find("XxRc2vLh1E5FrsNawnRH3PzuFgqg3q7NvCdnjoJHBGE=")!.PublicKey.Encoded.ToArray();
        var header = Encode($$"""{"alg":"{{algorithm}}","kid":"XxRc2vLh1E5FrsNawnRH3PzuFgqg3q7NvCdnjoJHBGE="}""");
        // The trick of old libraries: the public key as the secret of an HMAC.
        var signature = Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes($"{header}.{Parts[1]}")));
        Assert.Equal(["alg-RS256", "signature"], Failed($"{header}.{Parts[1]}.{signature}"));
    }

    [Fact]
    public void A_token_is_valid_between_its_moments()
    {
        var token = MaaToken.Read(Genuine.Read("token.jwt"));
        Assert.Equal([], At(token.NotBefore));
        Assert.Equal([], At(token.Expires));
        Assert.Equal(["nbf"], At(token.NotBefore.AddSeconds(-1)));
        Assert.Equal(["exp"], At(token.Expires.AddSeconds(1)));

        IEnumerable<string> At(DateTimeOffset moment) =>
            Evidence.Names(MaaVerifier.Verify(token, Keys, EvidencePolicy.Default, moment));
    }

    [Fact]
    public void The_policy_is_asked_of_what_the_token_says()
    {
        Assert.Equal([], Failed(new EvidencePolicy { Nonce = "1234"u8.ToArray(), Isolation = "sevsnpvm" }));
        Assert.Equal(["nonce-expected"], Failed(new EvidencePolicy { Nonce = "1235"u8.ToArray() }));
        Assert.Equal(["isolation-expected"], Failed(new EvidencePolicy { Isolation = "tdxvm" }));
        Assert.Equal(["issuer-expected"], Failed(new EvidencePolicy { Issuer = "https://sharedwus.wus.attest.azure.net.example" }));
        Assert.Equal(["measurement-expected"], Failed(new EvidencePolicy { Measurements = [new byte[48]] }));

        static IEnumerable<string> Failed(EvidencePolicy policy) => Evidence.Names(
            MaaVerifier.Verify(MaaToken.Read(Genuine.Read("token.jwt")), Keys, policy, AsOf));
    }

    [Fact]
    public void Debug_is_accepted_only_where_the_policy_names_it()
    {
        var vector = Vector.Open("maa-sgx");
        var (token, keys) = (MaaToken.Read(vector.Read("token.jwt")), MaaKeys.Read(vector.Read("jwks.json")));
        var verdict = MaaVerifier.Verify(token, keys, EvidencePolicy.Default, token.NotBefore);
        Assert.True(verdict.Claims!.Debug);
        Assert.Equal(["not-debug"], Evidence.Names(verdict));
        Assert.True(MaaVerifier.Verify(token, keys, new EvidencePolicy { AllowDebug = true }, token.NotBefore).Accepted);
    }

    [Theory]
    [InlineData("""{"x-ms-attestation-type":"azurevm"}""", true)]
    [InlineData("""{"x-ms-attestation-type":"sgx"}""", true)]
    [InlineData("""{"x-ms-attestation-type":"sgx","x-ms-sgx-is-debuggable":false}""", false)]
    [InlineData("""{"x-ms-attestation-type":"tdxvm","dbgstat":"disabled"}""", false)]
    [InlineData("""{"x-ms-attestation-type":"azurevm","x-ms-isolation-tee":{"x-ms-attestation-type":"tdxvm"}}""", true)]
    public void Who_does_not_say_that_debug_is_off_has_it_on(string claims, bool debug) =>
        Assert.Equal(debug, MaaClaims.Read(Formats.EvidenceJson.ReadObject(Encoding.UTF8.GetBytes(claims))).Debug);

    private static Verdict Judge(byte[] token) => MaaVerifier.Verify(MaaToken.Read(token), Keys, EvidencePolicy.Default, AsOf);

    private static IEnumerable<string> Failed(string token) => Evidence.Names(Judge(Encoding.ASCII.GetBytes(token)));

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
