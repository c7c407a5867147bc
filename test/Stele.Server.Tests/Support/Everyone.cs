using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Stele.Governance.Users;

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
    }

    /// <summary>A user of a built-in role.</summary>
    private protected static Somebody UserOf(string name, Caller caller, Role role) =>
        new(name, caller, Refusal: null, permission => role >= permission.LeastRole);

    private void AddStrangers()
    {
        All.Add(Stranger("no certificate", WithoutCertificate, "No client certificate"));
        All.Add(Stranger("an unknown certificate", Unknown, $"stele user add {Unknown.Id} --role reader"));
        All.Add(Stranger("an expired certificate", Expired, "expired at"));
        All.Add(Stranger("an early certificate", NotYetValid, "not valid before"));
        All.Add(Stranger("the member", CallerWith(WithKey("member0_cert.pem", "member0.pem")), "belongs to no user"));
        All.Add(Stranger("the node", CallerWith(WithKey("node_cert.pem", "node.pem")), "belongs to no user"));
    }

    private X509Certificate2 WithKey(string certificate, string key)
    {
        using var bare = X509CertificateLoader.LoadCertificateFromFile(PathOf(certificate));
        using var secret = ECDsa.Create();
        secret.ImportFromPem(File.ReadAllText(PathOf(Path.Combine("keys", key))));
        return bare.CopyWithPrivateKey(secret);
    }

    private protected static Somebody Stranger(string name, Caller caller, string refusal) => new(name, caller, refusal, _ => false);
}
