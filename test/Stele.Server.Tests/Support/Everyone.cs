using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Stele.Cryptography.Keys;
using Stele.Governance.Users;
using Stele.Server.Home;
using Stele.Server.Sealing;

namespace Stele.Server.Tests.Support;

/// <summary>Someone who calls, and what the ledger must make of it.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Caller">The connection.</param>
/// <param name="Refusal">What a refusal says to whom is nobody here; null for a user.</param>
/// <param name="May">Which permissions a user has.</param>
internal sealed record Somebody(string Name, Caller Caller, string? Refusal, Func<Permission, bool> May)
{
    /// <summary>What the request says of its sender beside the connection.</summary>
    public string? Authorization { get; init; }
}

/// <summary>A ledger with everyone there is: each role, a role for each permission, and each kind of credential.</summary>
public class Everyone : LedgerFixture
{
    private readonly TokenMint _mint = TokenMint.Rsa("https://issuer.example");
    private readonly TokenMint _stranger = TokenMint.Rsa("https://stranger.example");

    internal List<Somebody> All { get; } = [];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        AddStrangers();
        All.Add(UserOf("Reader", Reader, Role.Reader));
        All.Add(UserOf("Contributor", Contributor, Role.Contributor));
        All.Add(UserOf("Administrator", Administrator, Role.Administrator));
        foreach (var permission in Permission.All)
        {
            var role = permission.Action.Split('/', 3)[2].Replace('/', '-');
            var body = $$"""{"roles":[{"roleName":"{{role}}","roleActions":["{{permission.Action}}","/application/only"]}]}""";
            (await Administrator.SendAsync("PUT", "/app/roles?api-version=2026-07-31-preview", body)).AssertOk();
            var caller = CallerWith(Certificates.New(role));
            await AddAsync(caller, role);
            All.Add(new Somebody(role, caller, Refusal: null, one => one == permission));
        }
        await AddTokensAsync();
    }

    /// <summary>A user of a built-in role.</summary>
    private protected static Somebody UserOf(string name, Caller caller, Role role) =>
        new(name, caller, Refusal: null, permission => role >= permission.LeastRole);

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _mint.Dispose();
        _stranger.Dispose();
        await base.DisposeAsync();
    }

    private void AddStrangers()
    {
        All.Add(Stranger("no certificate", WithoutCertificate, "No client certificate"));
        All.Add(Stranger("an unknown certificate", Unknown, $"stele user add {Unknown.Id} --role reader"));
        All.Add(Stranger("an expired certificate", Expired, "expired at"));
        All.Add(Stranger("an early certificate", NotYetValid, "not valid before"));
        All.Add(Stranger("the member", CallerWith(MemberCertificate()), "belongs to no user"));
        All.Add(Stranger("the node", CallerWith(NodeCertificate()), "belongs to no user"));
    }

    private async Task AddTokensAsync()
    {
        using var member = FirstMember();
        await member.DecideAsync("set_jwt_issuer", new { issuer = _mint.Issuer, jwks = new { keys = new[] { _mint.Jwk() } } });
        foreach (var role in All.Where(who => who.Refusal is null).Select(who => who.Name).ToList())
        {
            await member.DecideAsync("set_user_roles", new { user_id = $"holder-{role}", roles = new[] { role } });
            var same = All.Single(who => who.Name == role);
            All.Add(same with
            {
                Name = $"{role} by token",
                Caller = WithoutCertificate,
                Authorization = $"Bearer {_mint.Token($"holder-{role}")}",
            });
        }
        var expired = _mint.Claims("holder-Administrator");
        expired["exp"] = 1_700_000_000;
        AddToken("an expired token", _mint.Sign(_mint.Header(), expired), "expired");
        AddToken("a stranger's token", _stranger.Token("holder-Administrator"), "none that the consortium trusts");
        AddToken("a token of no user", _mint.Token("nobody"), "stele user add nobody --role reader");
        AddToken("no token", "abc", "three parts");
    }

    // Also with a certificate that would be let in: the token decides.
    private void AddToken(string name, string token, string refusal)
    {
        foreach (var caller in new[] { WithoutCertificate, Administrator })
            All.Add(Stranger(name, caller, refusal) with { Authorization = $"Bearer {token}" });
    }

    // The first member's key is a person's; the node's own is sealed.
    private X509Certificate2 MemberCertificate()
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(PathOf("member0_cert.pem"));
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(PathOf(Path.Combine("keys", "member0.pem"))));
        return certificate.CopyWithPrivateKey(key);
    }

    private X509Certificate2 NodeCertificate()
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(PathOf("node_cert.pem"));
        using var seal = KeySeals.OfKeyFile(PathOf("keys"), new SealWay.KeyFile(), mayMake: false);
        var pem = new SecretFile(seal).Read(PathOf(Path.Combine("keys", "node.pem")));
        using var key = SigningKey.FromPem(Encoding.ASCII.GetString(pem));
        return LedgerHomeBuilder.ForTls(key, certificate);
    }

    private protected static Somebody Stranger(string name, Caller caller, string refusal) => new(name, caller, refusal, _ => false);
}
