using System.Security.Cryptography.X509Certificates;
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
        await using var node = Start(etcd, etcd.Certificates!.AuthorityFile, etcd.Certificates.Client);
        await node.WhenSaysAsync("\nready\n");
        var id = (await SteleTool.RunAsync("append", "over TLS", "--wait", "--data", Data)).Ok().Output.Trim();
        Assert.Contains("over TLS", (await SteleTool.RunAsync("get", id, "--data", Data)).Ok().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_whose_certificate_etcd_refuses_says_so_and_so_does_one_that_has_none()
    {
        await using var etcd = await EtcdCluster.StartAsync(new EtcdClusterOptions { Tls = true });
        using var others = Others();
        foreach (var certificate in (X509Certificate2?[])[others.Client, null])
        {
            await using var node = Start(etcd, etcd.Certificates!.AuthorityFile, certificate);
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
        await using var node = Start(etcd, others.AuthorityFile, etcd.Certificates!.Client);
        await node.WhenSaysAsync("etcd cannot be reached");
        await node.WhenSaysAsync("certificate is not trusted here");
    }

    private string Data => Path.Combine(_folder, "data");

    private EtcdCertificates Others() => new(Directory.CreateDirectory(Path.Combine(_folder, "others")).FullName);

    private NodeProcess Start(EtcdCluster etcd, string authority, X509Certificate2? certificate)
    {
        List<string> options = ["--etcd", etcd.Addresses[0].ToString(), "--etcd-ca", authority, "--lease", "1"];
        if (certificate is not null)
        {
            var (certificateFile, keyFile) = (Path.Combine(_folder, "client.pem"), Path.Combine(_folder, "client.key"));
            File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
            using var key = certificate.GetECDsaPrivateKey()!;
            File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
            options.AddRange(["--etcd-cert", certificateFile, "--etcd-key", keyFile]);
        }
        return new NodeProcess(Data, [.. options]);
    }
}
