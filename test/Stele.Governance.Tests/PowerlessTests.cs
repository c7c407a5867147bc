using System.Security.Cryptography;
using static Stele.Governance.Tests.TestConsortium;

namespace Stele.Governance.Tests;

/// <summary>Members are told before they vote for somebody who could do nothing: a user without a role, an issuer without keys.</summary>
public sealed class PowerlessTests
{
    private const string Issuer = "https://issuer.example";
    private const string SetIssuer = "set_jwt_issuer";
    private readonly TestConsortium _consortium = new(members: 2);

    [Fact]
    public void A_user_without_a_role_is_told_of_whenever_it_is_set()
    {
        using var user = new TestMember("user");
        var set = Action("set_user", new { cert = user.Pem });
        Assert.Contains($"user {Fingerprint(user)} has no role", Assert.Single(WarningsOf(set)), StringComparison.Ordinal);
        Assert.Empty(WarningsOf(Action("set_user", new { cert = user.Pem, roles = (string[])["Reader"] })));
        Decide(set);
        Assert.Single(WarningsOf(set));
        Assert.Empty(WarningsOf(Action("set_user_roles", new { user_id = Fingerprint(user), roles = (string[])["Reader"] })));
    }

    [Fact]
    public void An_issuer_without_keys_is_told_of_once_it_has_none()
    {
        var set = Action(SetIssuer, new { issuer = Issuer });
        Assert.Contains($"{Issuer} has no keys", Assert.Single(WarningsOf(set)), StringComparison.Ordinal);
        Assert.Empty(WarningsOf(Action(SetIssuer, new { issuer = Issuer, jwks = Keys() })));
        Decide(set);
        Assert.Empty(WarningsOf(Action(SetIssuer, new { issuer = Issuer, audience = "somebody" })));
        Decide(Action("set_jwt_public_signing_keys", new { issuer = Issuer, jwks = Keys() }));
        var none = Action("set_jwt_public_signing_keys", new { issuer = Issuer, jwks = new { keys = Array.Empty<object>() } });
        Assert.Single(WarningsOf(none));
    }

    private static object Keys()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new
        {
            keys = new[] { new { kty = "EC", crv = "P-256", kid = "one", x = Text(point.X!), y = Text(point.Y!) } },
        };
    }

    private static string Text(byte[] number) => System.Buffers.Text.Base64Url.EncodeToString(number);

    private static string Fingerprint(TestMember user) =>
        string.Join(':', user.Id.ToUpperInvariant().Chunk(2).Select(pair => new string(pair)));

    private IReadOnlyList<string> WarningsOf(string proposal)
    {
        var made = _consortium.Propose(_consortium.Members[0], proposal);
        var preview = _consortium.Deliberate().Preview(made.Id)!;
        Assert.Null(preview.Failure);
        return preview.Warnings;
    }

    private void Decide(string proposal)
    {
        var made = _consortium.Propose(_consortium.Members[0], proposal);
        foreach (var member in _consortium.Members) made = _consortium.Vote(member, made, inFavour: true);
    }
}
