using Stele.Tests.Etcd;

namespace Stele.EndToEnd.Tests.Network;

/// <summary>A node that reaches etcd over TLS, with its own certificate or a wrong one, by the options an operator gives.</summary>
public sealed class EtcdTlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("stele-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_node_starts_with_the_certificates_of_etcds_authority()
    {
        await using var etcd = await EtcdCluster.StartAsync(new EtcdClusterOptions { Tls = true });
        await using var node = Start(etcd, etcd.Certificates!, etcd.Certificates, lease: 20);
        await node.WhenSaysAsync("\nready\n");
        var id = (await SteleTool.RunAsync("append", "over TLS", "--wait", "--data", Data)).Ok().Output.Trim();
        Assert.Contains("over TLS", (await SteleTool.RunAsync("get", id, "--data", Data)).Ok().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_whose_certificate_etcd_refuses_or_that_trusts_another_authority_says_so()
    {
        await using var etcd = await EtcdCluster.StartAsync(new EtcdClusterOptions { Tls = true });
        using var others = Others();
        await using var foreign = Start(etcd, etcd.Certificates!, others, "foreign");
        await using var bare = Start(etcd, etcd.Certificates!, null, "bare");
        await using var astray = Start(etcd, others, etcd.Certificates, "astray");
        foreach (var refused in (NodeProcess[])[foreign, bare])
            await refused.WhenSaysAsync("etcd cannot be reached", "does not accept this client's certificate");
        await astray.WhenSaysAsync("etcd cannot be reached", "certificate is not trusted here");
        foreach (var node in (NodeProcess[])[foreign, bare, astray]) Assert.DoesNotContain("ready", node.Said, StringComparison.Ordinal);
    }

    private string Data => Path.Combine(_folder, "data");

    private EtcdCertificates Others() => new(Directory.CreateDirectory(Path.Combine(_folder, "others")).FullName, "127.0.0.1");

    // A node says after as long as its lease what keeps it from etcd; one that has come so far loses a short one to a slow machine.
    private NodeProcess Start(
        EtcdCluster etcd, EtcdCertificates authority, EtcdCertificates? client, string data = "data", int lease = 1)
    {
        List<string> options = ["--etcd", etcd.Addresses[0].ToString(), "--etcd-ca", authority.AuthorityFile, "--lease", $"{lease}"];
        if (client is not null) options.AddRange(["--etcd-cert", client.ClientFile, "--etcd-key", client.ClientKeyFile]);
        return new NodeProcess(Path.Combine(_folder, data), [.. options]);
    }
}
