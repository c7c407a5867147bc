using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Stele.Governance.Nodes;
using Stele.Server.Attestation;
using Stele.Server.Hosting;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Attestation;

/// <summary>What a node answers about its platform, on an imitation of one and on none.</summary>
public sealed class QuoteEndpointTests(LedgerFixture withoutEnclave) : IClassFixture<LedgerFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_in_an_enclave_shows_evidence_about_the_key_of_the_connection()
    {
        var processor = ImitatedProcessor.Shared;
        using var kernel = new KernelImitation(processor.Report) { Certificates = processor.CertificateTable };
        var directory = Directory.CreateTempSubdirectory("stele-quotes-");
        var platform = new PlatformOptions { Source = NodePlatformTests.Source(kernel), SecurityContextDirectory = null };
        await using (var host = await LedgerHost.StartAsync(Options(directory.FullName, platform), Cancel))
        {
            Assert.Equal((NodeEvidence.SnpFormat, false), (host.EvidenceFormat, host.IsVirtual));
            var service = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(directory.FullName, "service_cert.pem"));
            using var caller = new Caller(host.LedgerUri, service, certificate: null);
            var self = (await caller.GetAsync("/node/quotes/self")).AssertOk().Json;
            var node = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(directory.FullName, "node_cert.pem"));
            var evidence = EvidenceOf(self, KeyIdOf(node));
            var tables = host.Ledger.Tables;
            Assert.Null(new NewcomerEvidence(false, processor.Anchors, TimeProvider.System).Refusal(evidence, tables));
            // The founder's own values stand in the tables of who may join.
            var policy = (await caller.GetAsync("/gov/service/join-policy?api-version=2024-07-01")).AssertOk().Json;
            var snp = policy.GetProperty("snp");
            Assert.Equal(self.GetProperty("measurement").GetString(), snp.GetProperty("measurements")[0].GetString());
            Assert.Equal("", snp.GetProperty("hostData").GetProperty(string.Concat(Enumerable.Repeat("48", 32))).GetString());
            Assert.Equal(72, snp.GetProperty("tcbVersions").GetProperty("00a10f11").GetProperty("microcode").GetInt32());
            Assert.Equal(0, policy.GetProperty("virtual").GetProperty("measurements").GetArrayLength());
            Assert.Equal(string.Concat(Enumerable.Repeat("4d", 48)), self.GetProperty("measurement").GetString());

            var all = (await caller.GetAsync("/node/quotes")).AssertOk().Json.GetProperty("quotes");
            Assert.Equal(self.GetRawText(), Assert.Single(all.EnumerateArray()).GetRawText());
            Assert.Single((await caller.GetAsync("/node/attestations")).AssertOk().Json.GetProperty("attestations").EnumerateArray());
            (await caller.GetAsync("/node/attestations/self")).AssertOk();
        }
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_node_without_an_enclave_says_so()
    {
        var self = (await withoutEnclave.WithoutCertificate.GetAsync("/node/quotes/self")).AssertOk().Json;
        Assert.Equal("Insecure_Virtual", self.GetProperty("format").GetString());
        Assert.Equal("", self.GetProperty("endorsements").GetString());
        Assert.False(self.TryGetProperty("measurement", out _));
        Assert.True(withoutEnclave.Host.IsVirtual);
    }

    [Fact]
    public async Task A_node_that_may_not_run_without_an_enclave_leaves_nothing_behind()
    {
        var directory = Path.Combine(Path.GetTempPath(), $"stele-refused-{Guid.NewGuid():N}");
        var platform = new PlatformOptions { TsmDirectory = directory, SevGuestDevice = directory };
        await Assert.ThrowsAsync<EvidenceException>(() => LedgerHost.StartAsync(Options(directory, platform), Cancel));
        Assert.False(Directory.Exists(directory));
    }

    private static LedgerHostOptions Options(string directory, PlatformOptions platform) => new()
    {
        DataDirectory = directory,
        Port = 0,
        IdentityPort = 0,
        StopsOnSignals = false,
        Platform = platform,
    };

    private static string KeyIdOf(X509Certificate2 certificate) => Convert.ToHexStringLower(
        System.Security.Cryptography.SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    private static NodeEvidence EvidenceOf(JsonElement quote, string nodeId) =>
        new(nodeId, quote.GetProperty("format").GetString()!, quote.GetProperty("raw").GetBytesFromBase64())
        {
            Endorsements = quote.GetProperty("endorsements").GetBytesFromBase64(),
        };
}
