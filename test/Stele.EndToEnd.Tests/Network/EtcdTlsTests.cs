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
        await using var node = Start(etcd, etcd.Certificates!, etcd.Certificates);
        await node.WhenSaysAsync("\nready\n");
        var id = (await SteleTool.RunAsync("append", "over TLS", "--wait", "--data", Data)).Ok().Output.Trim();
        Assert.Contains("over TLS", (await SteleTool.RunAsync("get", id, "--data", Data)).Ok().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_whose_certificate_etcd_refuses_says_so_and_so_does_one_that_has_none()
    {
        await using var etcd = await EtcdCluster.StartAsync(new EtcdClusterOptions { Tls = true });
        using var others = Others();
        foreach (var certificates in (EtcdCertificates?[])[others, null])
        {
            await using var node = Start(etcd, etcd.Certificates!, certificates);
            await node.WhenSaysAsync("etcd cannot be reached");
            await node.WhenSaysAsync("does not accept this client's certificate");
            Assert.DoesNotContain("ready", node.Said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_node_that_does_not_trust_etcds_authority_says_so()
    {
        await using var etcd = await EtcdCluster.StartAsync(new EtcdClusterOptions { Tls = true });
        using var others = Others();
        await using var node = Start(etcd, others, etcd.Certificates);
        await node.WhenSaysAsync("etcd cannot be reached");
        await node.WhenSaysAsync("certificate is not trusted here");
    }

    private string Data => Path.Combine(_folder, "data");

    private EtcdCertificates Others() => new(Directory.CreateDirectory(Path.Combine(_folder, "others")).FullName, "127.0.0.1");

    private NodeProcess Start(EtcdCluster etcd, EtcdCertificates authority, EtcdCertificates? client)
    {
        List<string> options = ["--etcd", etcd.Addresses[0].ToString(), "--etcd-ca", authority.AuthorityFile, "--lease", "1"];
        if (client is not null) options.AddRange(["--etcd-cert", client.ClientFile, "--etcd-key", client.ClientKeyFile]);
        return new NodeProcess(Data, [.. options]);
    }
}
