using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Stele.Cryptography.Keys;
using Stele.Cryptography.Sealing;
using Stele.Nemesis.Ground;
using Stele.Nemesis.Network;
using Stele.Server.Attestation;
using Stele.Server.Home;
using Stele.Server.Sealing;

namespace Stele.EndToEnd.Tests.AtRest;

/// <summary>
/// Nothing private lies anywhere: secrets and contents that are known here are looked for in every file of nodes and etcd, in
/// all that the processes say, and in what they answer to requests that are wrong.
/// </summary>
public sealed class AtRestTests : IDisposable
{
    private const int Entries = 120;

    // A slow machine deposes nobody.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);
    private static readonly Canary Contents = Planted("an entry's contents");
    private static readonly Canary Collection = Planted("a collection's name");
    private static readonly Canary Tag = Planted("a tag");

    private readonly string _folder = Directory.CreateTempSubdirectory("stele-test-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Of_a_node_whose_keys_vault_opens()
    {
        await using var vault = await VaultImitation.StartAsync(_folder);
        var data = Path.Combine(_folder, "data");
        string[] sealing = ["--seal", vault.Way, "--seal-token-file", vault.TokenFile, "--seal-ca", vault.AuthorityFile];
        await using var ledger = await RunningLedger.StartAsync(data, [.. sealing, "--snapshot-entries", "100", "--log-level", "trace"]);
        await AppendAsync(data);
        var share = await RekeyAsync(data);
        await AppendAsync(data);
        await ledger.StopAsync();
        await ledger.StartAsync();
        var said = new StringBuilder(await ProvokeAsync(ledger));
        await ledger.StopAsync();
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(data, "snapshots")));
        string[][] commands = [["audit", data, .. sealing], ["audit", data], ["up", "--help"], ["node", "seal", "--help"], ["version"]];
        foreach (var command in commands)
        {
            var start = SteleTool.StartInfo(command);
            start.Environment["VAULT_TOKEN"] = vault.Token;
            said.Append(await Finished.RunAsync(start));
        }
        said.Append(await SteleTool.RunAsync("up", "--data", data, "--seal", vault.Way, "--seal-ca", vault.AuthorityFile));
        said.Append(ledger.Output);

        var way = (SealWay.Vault)SealWay.TryParse(vault.Way)!;
        var key = way.Key with { TokenFile = vault.TokenFile, AuthorityFile = vault.AuthorityFile };
        Canary[] canaries =
        [
            .. await SecretsOfAsync(data, new SealWay.Vault(key)), Contents, Collection, Tag, share,
            Canary.OfText("the token for Vault", vault.Token),
        ];
        var search = new CanarySearch(canaries);
        Assert.Empty(search.InText("what was said", said.ToString()));
        Assert.Empty(search.InDirectories(data));
        // It would be found: as the token in the operator's file, as a key in PEM in the file that is handed to a person.
        Assert.NotEmpty(search.InDirectories(_folder));
        Assert.NotEmpty(new CanarySearch([PersonOf(data)]).InDirectories(data));
    }

    [Fact]
    public async Task Of_three_nodes_and_their_etcd()
    {
        await using var ground = new ProxiedLoopback();
        await using var network = await LedgerNetwork.StartAsync(ground, _folder, Lease);
        await AppendAsync(network.Nodes[1].Data, network.Nodes[0].Data);
        foreach (var node in network.Nodes) Assert.Equal(0, await node.StopAsync());
        foreach (var member in network.Etcd.Members) await member.KillAsync();
        var canaries = new List<Canary> { Contents, Collection, Tag };
        foreach (var node in network.Nodes) canaries.AddRange(await SecretsOfAsync(node.Data, new SealWay.KeyFile()));
        Assert.Empty(new CanarySearch(canaries).InDirectories(_folder, network.Etcd.Folder));
    }

    private static Canary Planted(string name) =>
        Canary.OfText(name, "canary" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20)));

    private static string TextOf(Canary canary) => Encoding.ASCII.GetString(canary.Bytes);

    private static async Task AppendAsync(string data, string? administrator = null)
    {
        if (administrator is not null)
            File.Copy(Path.Combine(administrator, "administrator.pem"), Path.Combine(data, "administrator.pem"));
        var start = SteleTool.StartInfo(
            "append", "--lines", "--wait", "--data", data, "--collection", TextOf(Collection), "--tag", TextOf(Tag));
        (await Finished.RunAsync(start, string.Concat(Enumerable.Repeat(TextOf(Contents) + "\n", Entries)))).Ok();
        if (administrator is not null) File.Delete(Path.Combine(data, "administrator.pem"));
    }

    // A second secret, of which the first member is given a share.
    private static async Task<Canary> RekeyAsync(string data)
    {
        var proposal = Path.Combine(data, "..", "rekey.json");
        await File.WriteAllTextAsync(proposal, """{"actions":[{"name":"trigger_ledger_rekey"}]}""", Cancel);
        var id = (await SteleTool.RunAsync("member", "propose", proposal, "--data", data)).Ok().Output.Split('\t')[0];
        (await SteleTool.RunAsync("member", "vote", id, "--accept", "--yes", "--data", data)).Ok();
        var share = (await SteleTool.RunAsync("member", "share", "get", "--data", data)).Ok();
        return new Canary("a member's recovery share", Convert.FromBase64String(share.Output.Trim()));
    }

    // What the ledger says to requests that are wrong, each of which names something secret.
    private static async Task<string> ProvokeAsync(RunningLedger ledger)
    {
        using var client = ledger.CreateClient();
        var said = new StringBuilder();
        var contents = TextOf(Contents);
        foreach (var (method, path, body) in new (HttpMethod, string, string?)[]
        {
            (HttpMethod.Post, "/app/transactions?api-version=2022-05-13", $$"""{"contents":"{{contents}}","no":1}"""),
            (HttpMethod.Post, "/app/transactions?api-version=2022-05-13", $$"""{"contents":"{{contents}}" """),
            (HttpMethod.Post, "/app/transactions?api-version=2022-05-13", $$"""{"contents":["{{contents}}"]}"""),
            (HttpMethod.Post, "/app/transactions?api-version=1999-01-01", $$"""{"contents":"{{contents}}"}"""),
            (HttpMethod.Post, "/node/join", $$"""{"public_encryption_key":"{{contents}}"}"""),
            (HttpMethod.Put, "/app/transactions?api-version=2022-05-13", contents),
            (HttpMethod.Get, "/app/transactions/2.999999?api-version=2022-05-13", null),
            (HttpMethod.Get, "/node/state", null),
            (HttpMethod.Get, "/node/network", null),
            (HttpMethod.Get, "/app/constitution?api-version=2022-05-13", null),
        })
        {
            using var request = new HttpRequestMessage(method, path);
            if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await client.SendAsync(request, Cancel);
            said.Append(answer).Append(await answer.Content.ReadAsStringAsync(Cancel));
        }
        return said.ToString();
    }

    private static async Task<IReadOnlyList<Canary>> SecretsOfAsync(string data, SealWay way)
    {
        using var home = await LedgerHome.OpenOrCreateAsync(
            data, [], new SealOptions(way, new PlatformOptions()), TimeProvider.System, Cancel);
        return
        [
            .. home.LedgerSecrets.Known.All.Select(one => SecretOf(one.Value)), ScalarOf("the service's key", home.ServiceKey),
            ScalarOf("the node's key", home.NodeKey), ScalarOf("the key that secrets are sealed to", home.EncryptionKey.ToPem()),
            ScalarOf("the identity service's key", home.IdentityCertificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem().ToCharArray()),
        ];
    }

    private static Canary SecretOf(LedgerSecret secret)
    {
        var bytes = new byte[LedgerSecret.Size];
        secret.CopyTo(bytes);
        return new Canary("a ledger secret", bytes);
    }

    private static Canary PersonOf(string data) =>
        ScalarOf("the administrator's key", File.ReadAllText(Path.Combine(data, "administrator.pem")).ToCharArray());

    private static Canary ScalarOf(string name, SigningKey key) => ScalarOf(name, key.ToPem());

    private static Canary ScalarOf(string name, char[] pem)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return new Canary(name, key.ExportParameters(includePrivateParameters: true).D!);
    }
}
