using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Stele.Server.Authentication.Tokens;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Tokens;

/// <summary>Tokens of issuers whose keys members have set: which count, and all that do not.</summary>
public sealed class TokenTests(TokenTests.Fixture ledger) : IClassFixture<TokenTests.Fixture>
{
    private const string Where = "/app/transactions/current?api-version=2022-05-13";

    /// <summary>A ledger that trusts some issuers, with users who hold tokens.</summary>
    public sealed class Fixture : LedgerFixture
    {
        internal TokenMint Rsa { get; } = TokenMint.Rsa("https://issuer.example/tenant/v2.0");

        internal TokenMint Other { get; } = TokenMint.Rsa("https://other.example/");

        internal TokenMint[] Curves { get; } =
        [
            TokenMint.EllipticCurve("https://curves.example", "256", ECCurve.NamedCurves.nistP256),
            TokenMint.EllipticCurve("https://curves.example", "384", ECCurve.NamedCurves.nistP384),
            TokenMint.EllipticCurve("https://curves.example", "521", ECCurve.NamedCurves.nistP521),
        ];

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            using var member = FirstMember();
            await SetIssuerAsync(member, new { issuer = Rsa.Issuer, jwks = KeysOf(Rsa) });
            await SetIssuerAsync(member, new { issuer = Curves[0].Issuer, jwks = KeysOf(Curves) });
            // The same key id as the first issuer's.
            await SetIssuerAsync(
                member, new { issuer = Other.Issuer, audience = "stele", user_prefix = "other", jwks = KeysOf(Other) });
            foreach (var user in (string[])["alice", "other#alice", "subject of bob"])
                await member.DecideAsync("set_user_roles", new { user_id = user, roles = new[] { "Contributor" } });
        }

        internal static Task SetIssuerAsync(Governor member, object args) => member.DecideAsync("set_jwt_issuer", args);

        internal static object KeysOf(params TokenMint[] mints) => new { keys = mints.Select(mint => mint.Jwk()).ToArray() };
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    [InlineData("ES256", 0)]
    [InlineData("ES384", 1)]
    [InlineData("ES512", 2)]
    public async Task A_token_lets_its_holder_in(string algorithm, int curve = -1)
    {
        var mint = curve < 0 ? ledger.Rsa : ledger.Curves[curve];
        var reply = await ledger.WithoutCertificate.SendAsync(
            "POST", "/app/transactions?api-version=2022-05-13", """{"contents":"by token"}""",
            authorization: $"Bearer {mint.Token("alice", algorithm)}");
        reply.AssertOk();
        Assert.True(reply.Id > default(TransactionId));
    }

    [Fact]
    public async Task The_token_decides_and_not_the_certificate()
    {
        var token = $"Bearer {ledger.Rsa.Token("alice")}";
        const string users = "/app/users/x?api-version=2022-05-13";
        (await ledger.Administrator.SendAsync("DELETE", users, authorization: token))
            .AssertError(HttpStatusCode.Forbidden, "NotAllowed", "user alice has role Contributor");
        (await ledger.Administrator.SendAsync("GET", users, authorization: "Bearer x")).AssertBadToken("three parts");
        (await ledger.Administrator.SendAsync("GET", users, authorization: "Basic eDp5")).AssertBadToken("Bearer TOKEN");
    }

    [Fact]
    public async Task Whoever_has_no_oid_is_known_by_sub_and_whoever_is_no_user_is_told_so()
    {
        var claims = ledger.Rsa.Claims("bob");
        claims.Remove("oid");
        await TryAsync(ledger.Rsa.Sign(ledger.Rsa.Header(), claims), null);
        await TryAsync(ledger.Rsa.Token("bob"), "stele user add bob --role reader");
        await TryAsync(ledger.Rsa.Token("o'neil; rm"), @"stele user add 'o'\''neil; rm' --role reader");
    }

    [Fact]
    public async Task An_issuer_speaks_for_its_own_users_alone()
    {
        var claims = ledger.Other.Claims("alice");
        claims["aud"] = new JsonArray("another", "stele");
        await TryAsync(ledger.Other.Sign(ledger.Other.Header(), claims), null);
        await TryAsync(ledger.Rsa.Token("other#alice"), "with a #");
        await TryAsync(ledger.Rsa.Token(ledger.Administrator.Id.Value), "no user's id");
        await TryAsync(ledger.Rsa.Token(ledger.Administrator.Id.Value.ToLowerInvariant()), "no user's id");
        // Each says it is the other.
        claims["iss"] = ledger.Rsa.Issuer;
        claims["aud"] = TokenMint.Audience;
        await TryAsync(ledger.Other.Sign(ledger.Other.Header(), claims), "signature");
        await TryAsync(ledger.Other.Token("alice"), "another audience");
    }

    public static TheoryData<string, string, string> BadClaims() => new()
    {
        { "exp", "-61", "expired" },
        { "exp", "null", "no time" },
        { "exp", "absent", "when it expires" },
        { "exp", "\"9999999999\"", "no time" },
        { "exp", "1e300", "no time" },
        { "exp", "-1e5", "no time" },
        { "nbf", "+3600", "not valid yet" },
        { "nbf", "true", "no time" },
        { "aud", "absent", "another audience" },
        { "aud", "\"https://confidential-ledger.azure.com/\"", "another audience" },
        { "aud", "[]", "another audience" },
        { "iss", "absent", "no iss" },
        { "iss", "\"https://issuer.example/tenant/v2.0/\"", "none that the consortium trusts" },
        { "iss", "\"https://evil.example\"", "none that the consortium trusts" },
        { "iss", "7", "one JSON object" },
        { "oid", "7", "one JSON object" },
        { "oid", "\"\"", "no user's id" },
        { "oid", "\"a\\u0000b\"", "no user's id" },
    };

    [Theory]
    [MemberData(nameof(BadClaims))]
    public async Task A_token_with_a_bad_claim_is_refused(string claim, string value, string why)
    {
        var claims = ledger.Rsa.Claims("alice");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        if (value == "absent") claims.Remove(claim);
        else if (value[0] is '+' || value == "-61") claims[claim] = now + long.Parse(value);
        else claims[claim] = JsonNode.Parse(value);
        await TryAsync(ledger.Rsa.Sign(ledger.Rsa.Header(), claims), why);
    }

    [Theory]
    [InlineData("exp", -59, true)]
    [InlineData("exp", -60, false)]
    [InlineData("nbf", 60, true)]
    [InlineData("nbf", 61, false)]
    public async Task Clocks_may_differ_by_less_than_a_minute(string claim, int seconds, bool counts)
    {
        var time = new ManualTime();
        time.Advance(TimeSpan.FromTicks(-time.GetUtcNow().Ticks % TimeSpan.TicksPerSecond));
        var claims = ledger.Rsa.Claims("alice", time.GetUtcNow());
        claims[claim] = time.GetUtcNow().ToUnixTimeSeconds() + seconds;
        var verifier = new TokenVerifier(() => ledger.Host.Ledger.Tables, time);
        var verdict = await verifier.VerifyAsync(ledger.Rsa.Sign(ledger.Rsa.Header(), claims));
        Assert.True(counts == verdict is TokenVerdict.Genuine, verdict.ToString());
    }

    [Theory]
    [InlineData("""{"alg":"none","kid":"rsa"}""", "none that goes with its key")]
    [InlineData("""{"alg":"None","kid":"rsa"}""", "none that goes with its key")]
    [InlineData("""{"alg":"HS256","kid":"rsa"}""", "none that goes with its key")]
    [InlineData("""{"alg":"ES256","kid":"rsa"}""", "none that goes with its key")]
    [InlineData("""{"alg":"RS1","kid":"rsa"}""", "none that goes with its key")]
    [InlineData("""{"kid":"rsa"}""", "no alg")]
    [InlineData("""{"alg":"RS256"}""", "no kid")]
    [InlineData("""{"alg":"RS256","kid":7}""", "one JSON object")]
    [InlineData("""{"alg":"RS256","kid":"../rsa"}""", "its key (kid) is not")]
    [InlineData("""{"alg":"RS256","kid":"256"}""", "its key (kid) is not")]
    [InlineData("""{"alg":"RS256","kid":"rsa","kid":"rsa"}""", "each name once")]
    [InlineData("""{"alg":"RS256","kid":"rsa","typ":"logout+jwt"}""", "typ")]
    [InlineData("""{"alg":"RS256","kid":"rsa","crit":["exp"]}""", "critical")]
    [InlineData("""[{"alg":"RS256","kid":"rsa"}]""", "one JSON object")]
    [InlineData("""{"alg":"RS256","kid":"rsa"}{}""", "one JSON object")]
    public async Task A_token_with_a_bad_header_is_refused(string header, string why)
    {
        var algorithm = header.Contains("HS256", StringComparison.Ordinal) ? "HS256" : "RS256";
        await TryAsync(ledger.Rsa.Sign(header, ledger.Rsa.Claims("alice").ToJsonString(), algorithm), why);
    }

    [Fact]
    public async Task A_token_that_brings_its_own_key_gains_nothing()
    {
        using var thief = TokenMint.Rsa(ledger.Rsa.Issuer);
        await TryAsync(thief.Token("alice"), "signature");
        var header = thief.Header();
        header["jwk"] = thief.Jwk();
        header["jku"] = "https://evil.example/keys";
        header["x5u"] = "https://evil.example/certificate";
        await TryAsync(thief.Sign(header, thief.Claims("alice")), "signature");
    }

    [Fact]
    public async Task A_token_that_is_none_is_refused()
    {
        var token = ledger.Rsa.Token("alice");
        var parts = token.Split('.');
        await TryAsync($"{parts[0]}.{parts[1]}.", "three parts");
        await TryAsync($"{parts[0]}.{parts[1]}", "three parts");
        await TryAsync($"{token}.", "three parts");
        await TryAsync($"{token}==", "three parts");
        await TryAsync($"{parts[0]}.{parts[1]}.{parts[2]}.a.b", "encrypted");
        await TryAsync($"{parts[0]}..{parts[1]}.{parts[2]}.b", "encrypted");
        await TryAsync("", "Bearer TOKEN");
        await TryAsync(token.Replace(parts[2], TokenMint.Text(new byte[256]), StringComparison.Ordinal), "signature");
        var claims = ledger.Rsa.Claims("alice").ToJsonString();
        await TryAsync(ledger.Rsa.Sign(ledger.Rsa.Header().ToJsonString(), claims[..^1] + ",\"oid\":\"x\"}", "RS256"), "each name once");
        var large = ledger.Rsa.Claims("alice");
        large["groups"] = new string('g', 4000);
        await TryAsync(ledger.Rsa.Sign(ledger.Rsa.Header(), large), null);
    }

    [Fact]
    public async Task What_members_take_away_counts_no_more_with_the_next_request()
    {
        using var member = ledger.FirstMember();
        using var mint = TokenMint.Rsa("https://passing.example", "passing");
        await Fixture.SetIssuerAsync(member, new { issuer = mint.Issuer, jwks = Fixture.KeysOf(mint) });
        await TryAsync(mint.Token("alice"), null);
        using var next = TokenMint.Rsa(mint.Issuer, "next");
        await member.DecideAsync("set_jwt_public_signing_keys", new { issuer = mint.Issuer, jwks = Fixture.KeysOf(next) });
        await TryAsync(mint.Token("alice"), "its key (kid) is not");
        await TryAsync(next.Token("alice"), null);
        await member.DecideAsync("remove_jwt_issuer", new { issuer = mint.Issuer });
        await TryAsync(next.Token("alice"), "none that the consortium trusts");
    }

    [Fact]
    public async Task Keys_that_are_none_are_not_taken_by_vote()
    {
        using var member = ledger.FirstMember();
        using var weak = TokenMint.Rsa("https://weak.example", "weak", bits: 1024);
        var jwk = ledger.Rsa.Jwk();
        jwk["use"] = "enc";
        foreach (var (keys, why) in (IEnumerable<(object, string)>)[
            (new[] { weak.Jwk() }, "1024 bits"),
            (new[] { jwk }, "use is not sig"),
            (new[] { new { kid = "x", kty = "oct", k = "c2VjcmV0" } }, "neither RSA nor EC"),
            (new[] { ledger.Rsa.Jwk(), ledger.Rsa.Jwk() }, "one kid")])
        {
            var args = new { issuer = weak.Issuer, jwks = new { keys } };
            var proposal = (await member.ProposeAsync(Governor.Action("set_jwt_issuer", args))).AssertOk().Json.GetProperty("proposalId");
            var decided = (await member.VoteAsync(proposal.GetString()!, inFavour: true)).AssertOk();
            Assert.Contains("\"Failed\"", decided.Text, StringComparison.Ordinal);
            Assert.Contains(why, decided.Text, StringComparison.Ordinal);
        }
    }

    private async Task TryAsync(string token, string? refusal)
    {
        var reply = await ledger.WithoutCertificate.SendAsync("GET", Where, authorization: $"Bearer {token}");
        if (refusal is not null) reply.AssertBadToken(refusal);
        else Assert.True(reply.Status is HttpStatusCode.OK or HttpStatusCode.NotFound, reply.Text);
    }
}
