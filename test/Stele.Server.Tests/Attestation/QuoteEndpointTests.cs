using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Stele.Attestation;
using Stele.Attestation.Nodes;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;
using Stele.Governance.Members;
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
        var options = Options(directory.FullName, platform);
        // The keys of persons that a first start makes would lie open to whoever has the machine.
        var open = await Assert.ThrowsAsync<EvidenceException>(() => LedgerHost.StartAsync(options, Cancel));
        Assert.Contains("--administrator", open.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(directory.FullName, "administrator.pem")));
        Assert.Equal([], Directory.GetFiles(Path.Combine(directory.FullName, "keys"), "member0*"));
        using var person = SigningKey.Generate();
        using var named = CertificateAuthority.SelfSigned(person, "someone", TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1));
        options = options with
        {
            Administrator = named.ExportCertificatePem(),
            Consortium = FoundingConsortium.Of([Member.Of(named)], recoveryThreshold: null),
        };
        await using (var host = await LedgerHost.StartAsync(options, Cancel))
        {
            Assert.Equal((NodeEvidence.SnpFormat, false), (host.EvidenceFormat, host.IsVirtual));
            var service = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(directory.FullName, "service_cert.pem"));
            using var caller = new Caller(host.LedgerUri, service, certificate: null);
            var self = (await caller.GetAsync("/node/quotes/self")).AssertOk().Json;
            var node = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(directory.FullName, "node_cert.pem"));
            var evidence = EvidenceOf(self, KeyIdOf(node));
            var tables = host.Ledger.Tables;
            Assert.Null(new NewcomerEvidence(false, processor.Anchors, TimeProvider.System).Refusal(evidence, tables));
            var nodes = (await caller.GetAsync("/gov/service/nodes?api-version=2024-07-01")).AssertOk().Json.GetProperty("value");
            var info = nodes[0].GetProperty("quoteInfo");
            Assert.Equal(self.GetProperty("raw").GetString(), info.GetProperty("quote").GetString());
            Assert.Equal(self.GetProperty("endorsements").GetString(), info.GetProperty("endorsements").GetString());
            Assert.Equal([], FailedInSession(self, node));
            using var other = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(directory.FullName, "identity_cert.pem"));
            Assert.Equal(["node-id-is-session-key", "session-key-bound"], FailedInSession(self, other));

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

    [Theory]
    [InlineData("/node/quotes")]
    [InlineData("/node/quotes/self")]
    [InlineData("/node/attestations")]
    [InlineData("/node/attestations/self")]
    [InlineData("/app/enclaveQuotes?api-version=2022-05-13")]
    [InlineData("/gov/service/nodes?api-version=2024-07-01")]
    public async Task Every_answer_that_shows_evidence_of_no_enclave_says_that_it_is_none(string path) => Assert.Contains(
        "\"Insecure_Virtual\"", (await withoutEnclave.Administrator.GetAsync(path)).AssertOk().Text, StringComparison.Ordinal);

    [Fact]
    public async Task The_join_policy_of_nodes_without_an_enclave_says_so()
    {
        var path = "/gov/service/join-policy?api-version=2024-07-01";
        var policy = (await withoutEnclave.WithoutCertificate.GetAsync(path)).AssertOk().Json;
        var measurement = Assert.Single(policy.GetProperty("virtual").GetProperty("measurements").EnumerateArray()).GetString();
        Assert.Equal("Virtual: no enclave, nothing is measured", measurement);
        Assert.Equal(new string('0', 64), policy.GetProperty("virtual").GetProperty("hostData")[0].GetString());
        Assert.Empty(policy.GetProperty("snp").GetProperty("hostData").EnumerateObject());
        Assert.Empty(policy.GetProperty("tdx").GetProperty("measurements").EnumerateObject());
        Assert.Equal(0, policy.GetProperty("sgx").GetProperty("measurements").GetArrayLength());
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

    // As a client sees it, who trusts the processor's maker and has named the measurement.
    private static IEnumerable<string> FailedInSession(JsonElement self, X509Certificate2 shown)
    {
        var policy = EvidencePolicy.Read(Encoding.UTF8.GetBytes($$"""
            {"measurement":"{{string.Concat(Enumerable.Repeat("4d", 48))}}","minimum_tcb":{"bl":9,"tee":1,"snp":23,"ucode":72} }
            """));
        return SessionEvidence.Verify(
            Encoding.UTF8.GetBytes(self.GetRawText()), shown.PublicKey.ExportSubjectPublicKeyInfo(), policy,
            ImitatedProcessor.Shared.Anchors, TimeProvider.System.GetUtcNow()).Failed.Select(check => check.Name);
    }

    private static string KeyIdOf(X509Certificate2 certificate) => Convert.ToHexStringLower(
        System.Security.Cryptography.SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    private static NodeEvidence EvidenceOf(JsonElement quote, string nodeId) =>
        new(nodeId, quote.GetProperty("format").GetString()!, quote.GetProperty("raw").GetBytesFromBase64())
        {
            Endorsements = quote.GetProperty("endorsements").GetBytesFromBase64(),
        };
}
