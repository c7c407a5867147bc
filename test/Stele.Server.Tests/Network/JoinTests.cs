using System.Net;
using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;
using Stele.Cryptography.Sealing;
using Stele.Governance.Nodes;
using Stele.Server.Attestation;
using Stele.Server.Home;
using Stele.Server.Joining;
using Stele.Server.Tests.Attestation;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Network;

/// <summary>Who gets into a network, what they are given, and what the network tells whom.</summary>
public sealed class JoinTests(NetworkFixture network) : IClassFixture<NetworkFixture>
{
    [Fact]
    public async Task A_joined_node_has_its_own_key_and_the_networks_secrets_and_nothing_of_the_founders()
    {
        foreach (var shared in new[] { "service.pem", "ledger-secret" })
            Assert.Equal(network.Secret(0, shared), network.Secret(1, shared));
        Assert.Equal(
            await File.ReadAllBytesAsync(network.ServiceCertificateFile, NetworkFixture.Cancel),
            await File.ReadAllBytesAsync(Path.Combine(network.DataOf(1), "service_cert.pem"), NetworkFixture.Cancel));
        foreach (var absent in new[] { "administrator.pem", "member0_cert.pem", "keys/join.pem" })
            Assert.False(File.Exists(Path.Combine(network.DataOf(1), absent)), absent);
        var modes = Directory.EnumerateFiles(Path.Combine(network.DataOf(1), "keys")).Select(File.GetUnixFileMode);
        Assert.All(modes, mode => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode));
        using var first = network.NodeCertificate(0);
        using var second = network.NodeCertificate(1);
        Assert.NotEqual(first.GetPublicKeyString(), second.GetPublicKeyString());
        Assert.True(CertificateSignature.IsSignedBy(second, network.Service));
    }

    [Fact]
    public async Task A_node_pending_gets_neither_entries_nor_a_hearing_as_a_node_and_goes_on_where_it_was()
    {
        var id = await network.JoinAsync(2, NetworkFixture.FreeAddress(), trusts: false, from: network.Backup.LedgerUri);
        Assert.Equal("Pending", await StatusAsync(id));
        using var key = network.NodeKey(2);
        using var own = LedgerHomeBuilder.ForTls(
            key, CertificateAuthority.SelfSigned(key, "CCF Node", TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1)));
        Assert.Equal(HttpStatusCode.Forbidden, await LedgerStatusAsync(own));

        Assert.Throws<LedgerHomeException>(() => LedgerHome.OpenOrCreate(network.DataOf(2), [], TimeProvider.System));
        Assert.Equal(id, await network.JoinAsync(2, NetworkFixture.FreeAddress(), trusts: true));
        Assert.Equal("Trusted", await StatusAsync(id));
        using var trusted = network.NodeCertificate(2);
        Assert.Equal(HttpStatusCode.OK, await LedgerStatusAsync(trusted));
        // The same key in a certificate of its own making is none of the service.
        Assert.Equal(HttpStatusCode.Forbidden, await LedgerStatusAsync(own));

        (await network.AtBackup.SendAsync("PATCH", NetworkFixture.PathOf(id), """{"status":"Retired"}""")).AssertOk();
        Assert.Equal(HttpStatusCode.Forbidden, await LedgerStatusAsync(trusted));
        (await network.AtPrimary.SendAsync("PATCH", NetworkFixture.PathOf(id), """{"status":"Trusted"}"""))
            .AssertError(HttpStatusCode.BadRequest, "InvalidInput", "retired");
    }

    [Fact]
    public async Task A_user_gets_no_entries_as_they_stand_in_the_files() =>
        Assert.Equal(HttpStatusCode.Forbidden, await LedgerStatusAsync(network.AdministratorCertificate));

    [Fact]
    public async Task Another_services_certificate_ends_a_join()
    {
        using var key = SigningKey.Generate();
        using var other = CertificateAuthority.Create(key, "CCF Network", TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1));
        var file = Path.Combine(network.DataOf(0), "..", "other.pem");
        await File.WriteAllTextAsync(file, other.ExportCertificatePem(), NetworkFixture.Cancel);
        var options = new NodeJoinOptions
        {
            DataDirectory = network.DataOf(9),
            From = network.First.LedgerUri,
            ServiceCertificateFile = file,
            Address = NetworkFixture.FreeAddress(),
            Platform = new PlatformOptions { AllowsVirtual = true },
        };
        await Assert.ThrowsAsync<NodeJoinException>(() => NodeJoin.RunAsync(options, TimeProvider.System, NetworkFixture.Cancel));
        Assert.False(File.Exists(Path.Combine(network.DataOf(9), "keys", "ledger-secret")));
    }

    [Fact]
    public async Task Nobody_has_the_secrets_sealed_to_another_key_or_asks_in_another_nodes_name()
    {
        using var key = SigningKey.Generate();
        using var first = EncryptionKey.Generate();
        using var second = EncryptionKey.Generate();
        var caller = network.CallerAt(network.Primary, Shown(key));
        var request = RequestOf(key, first);
        Assert.Equal("Pending", (await JoinAsync(caller, request)).AssertOk().Json.GetProperty("node_status").GetString());
        (await JoinAsync(caller, request with { EncryptionKey = second.PublicKeyPem }))
            .AssertError(HttpStatusCode.Forbidden, "NotAllowed", "another key");
        (await network.AtPrimary.SendAsync("PATCH", NetworkFixture.PathOf(key.KeyId), """{"status":"Trusted"}""")).AssertOk();
        (await JoinAsync(caller, request with { EncryptionKey = second.PublicKeyPem }))
            .AssertError(HttpStatusCode.Forbidden, "NotAllowed", "another key");

        var let = (await JoinAsync(caller, request)).AssertOk().Json.GetProperty("network_info");
        var secrets = let.GetProperty("sealed_secrets").GetBytesFromBase64();
        Assert.Throws<FormatException>(() => NodeSecrets.Open(second, key.KeyId, network.Service, secrets));
        Assert.Throws<FormatException>(() => NodeSecrets.Open(first, "another", network.Service, secrets));
        var (opened, service) = NodeSecrets.Open(first, key.KeyId, network.Service, secrets);
        opened.Dispose();
        service.Dispose();

        using var stranger = SigningKey.Generate();
        (await JoinAsync(network.CallerAt(network.Primary, Shown(stranger)), request))
            .AssertError(HttpStatusCode.BadRequest, "InvalidInput");
        (await network.AtPrimary.SendAsync("PATCH", NetworkFixture.PathOf(key.KeyId), """{"status":"Retired"}""")).AssertOk();
        (await JoinAsync(caller, request)).AssertError(HttpStatusCode.Forbidden, "NotAllowed", "retired");
    }

    [Fact]
    public async Task A_node_that_shows_evidence_is_recorded_where_it_stands_and_refused_with_the_reason_where_not()
    {
        using var key = SigningKey.Generate();
        using var encryption = EncryptionKey.Generate();
        var caller = network.CallerAt(network.Primary, Shown(key));
        var request = RequestOf(key, encryption);
        var evidence = EvidenceOf(key.KeyId);
        var changed = evidence.Raw.ToArray();
        changed[0x90] ^= 1;
        (await JoinAsync(caller, request with { Evidence = evidence with { Raw = changed } }))
            .AssertError(HttpStatusCode.Forbidden, "NotAllowed", "report-signature");
        (await JoinAsync(caller, request with { Evidence = EvidenceOf(new string('0', 64)) }))
            .AssertError(HttpStatusCode.Forbidden, "NotAllowed", "report_data-expected");

        // Genuine, and nobody has said that what it runs may join: neither of the three is right.
        var (measurement, hostData) = (string.Concat(Enumerable.Repeat("4d", 48)), string.Concat(Enumerable.Repeat("48", 32)));
        (await JoinAsync(caller, request with { Evidence = evidence })).AssertError(
            HttpStatusCode.Forbidden, "NotAllowed", $"measurement-expected: {measurement} is not accepted",
            $"host_data-expected: {hostData} is not accepted", "tcb-minimum: No minimum for the processor 00a10f11");
        await DecideAsync("add_snp_measurement", new { measurement });
        await DecideAsync("add_snp_host_data", new { host_data = new string('0', 64) });
        await DecideAsync("set_snp_minimum_tcb_version_hex", new { cpuid = "00a10f11", tcb_version = "4817000000000109" });
        (await JoinAsync(caller, request with { Evidence = evidence })).AssertError(
            HttpStatusCode.Forbidden, "NotAllowed", $"{hostData} is not accepted; accepted: {new string('0', 64)}.");
        (await network.AtPrimary.GetAsync($"/node/network/nodes/{key.KeyId}")).AssertError(HttpStatusCode.NotFound, "ResourceNotFound");

        await DecideAsync("add_snp_host_data", new { host_data = hostData });
        (await JoinAsync(caller, request with { Evidence = evidence })).AssertOk();
        // What the tables say when secrets are given out counts, not what they said when it was recorded.
        await DecideAsync("remove_snp_measurement", new { measurement });
        (await JoinAsync(caller, request with { Evidence = evidence }))
            .AssertError(HttpStatusCode.Forbidden, "NotAllowed", "measurement-expected");
        (await network.AtPrimary.SendAsync("PATCH", NetworkFixture.PathOf(key.KeyId), """{"status":"Trusted"}""")).AssertOk();
        var quotes = (await network.AtPrimary.GetAsync("/node/quotes")).AssertOk().Json.GetProperty("quotes").EnumerateArray();
        var shown = quotes.Single(quote => quote.GetProperty("node_id").GetString() == key.KeyId);
        Assert.Equal(evidence.Raw.ToArray(), shown.GetProperty("raw").GetBytesFromBase64());
        Assert.Equal(evidence.Endorsements.ToArray(), shown.GetProperty("endorsements").GetBytesFromBase64());
        (await network.AtPrimary.SendAsync("PATCH", NetworkFixture.PathOf(key.KeyId), """{"status":"Retired"}""")).AssertOk();
    }

    [Fact]
    public async Task A_node_that_no_table_names_ends_with_the_reason_and_is_not_recorded()
    {
        const string Measurement = "Virtual: no enclave, nothing is measured";
        await DecideAsync("remove_virtual_measurement", new { measurement = Measurement });
        var nodes = (await network.AtPrimary.GetAsync("/node/network/nodes")).AssertOk().Text;
        var refused = await Assert.ThrowsAsync<NodeJoinException>(
            () => network.JoinAsync(8, NetworkFixture.FreeAddress(), trusts: false));
        Assert.Contains($"measurement-expected: {Measurement} is not accepted; nothing is", refused.Message, StringComparison.Ordinal);
        Assert.Equal(nodes, (await network.AtPrimary.GetAsync("/node/network/nodes")).AssertOk().Text);
        await DecideAsync("add_virtual_measurement", new { measurement = Measurement });
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"node_info_network":1,"quote_info":{},"public_encryption_key":"","certificate_signing_request":""}""")]
    [InlineData("""{"node_info_network":{},"quote_info":{"format":"AMD_SEV_SNP_v1","quote":"AA=="}}""")]
    [InlineData("""{"public_encryption_key":"x","certificate_signing_request":5}""")]
    public async Task A_malformed_request_is_refused(string body)
    {
        using var key = SigningKey.Generate();
        (await network.CallerAt(network.Primary, Shown(key)).SendAsync("POST", "/node/join", body))
            .AssertError(HttpStatusCode.BadRequest, "InvalidInput");
    }

    [Fact]
    public async Task A_node_tells_anyone_of_itself_and_its_network()
    {
        foreach (var host in new[] { network.First, network.Second })
        {
            var anyone = network.CallerAt(host, null);
            var net = (await anyone.GetAsync("/node/network")).AssertOk().Json;
            Assert.Equal("Open", net.GetProperty("service_status").GetString());
            Assert.Equal(network.Service.ExportCertificatePem() + "\n", net.GetProperty("service_certificate").GetString());
            var self = (await anyone.GetAsync("/node/network/nodes/self")).AssertOk().Json;
            var state = (await anyone.GetAsync("/node/state")).AssertOk().Json;
            Assert.Equal("PartOfNetwork", state.GetProperty("state").GetString());
            Assert.Equal(state.GetProperty("node_id").GetString(), self.GetProperty("node_id").GetString());
            var isPrimary = ReferenceEquals(host, network.Primary);
            Assert.Equal(isPrimary, self.GetProperty("primary").GetBoolean());
            Assert.Equal(isPrimary, net.GetProperty("primary_id").GetString() == self.GetProperty("node_id").GetString());
            var primary = await anyone.GetAsync("/node/primary");
            Assert.Equal(isPrimary ? HttpStatusCode.OK : HttpStatusCode.PermanentRedirect, primary.Status);
            var there = new Uri(network.Primary.LedgerUri, "/node/primary").AbsoluteUri;
            Assert.Equal(isPrimary ? null : there, primary.Headers.Location?.OriginalString);
            var address = self.GetProperty("rpc_interfaces").GetProperty("primary_rpc_interface").GetProperty("published_address");
            Assert.Equal(host.LedgerUri.Authority, address.GetString());
            var commit = (await anyone.GetAsync("/node/commit")).AssertOk().Json.GetProperty("transaction_id").GetString();
            Assert.True(TransactionId.TryParse(commit, out var id) && id.SeqNo > SeqNo.None);
            (await anyone.GetAsync("/node/version")).AssertOk();
            (await anyone.GetAsync("/node/network/nodes")).AssertOk();
            (await anyone.GetAsync("/node/network/nodes/primary")).AssertOk();
            (await anyone.GetAsync("/node/network/nodes/none")).AssertError(HttpStatusCode.NotFound, "ResourceNotFound");
            (await anyone.GetAsync("/node/ledger?from=1")).AssertError(HttpStatusCode.Forbidden, "NotAllowed");
            (await anyone.GetAsync("/node/else")).AssertError(HttpStatusCode.NotFound, "ResourceNotFound");
        }
    }

    private static X509Certificate2 Shown(SigningKey key) => LedgerHomeBuilder.ForTls(
        key, CertificateAuthority.SelfSigned(key, "CCF Node", TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1)));

    private static JoinRequest RequestOf(SigningKey key, EncryptionKey encryption) => new(
        new Uri("https://127.0.0.1:9"), NodeEvidence.Virtual(key.KeyId), encryption.PublicKeyPem,
        NodeCertificateRequest.Create(key, ["localhost"]));

    private static NodeEvidence EvidenceOf(string nodeId) => new(
        nodeId, NodeEvidence.SnpFormat, ImitatedProcessor.Shared.Report([.. Convert.FromHexString(nodeId), .. new byte[32]], 0))
    {
        Endorsements = ImitatedProcessor.Shared.CertificatesPem,
    };

    private async Task DecideAsync(string action, object args)
    {
        using var member = Governor.First(network.AtPrimary, network.DataOf(0));
        var made = (await member.ProposeAsync(Governor.Action(action, args))).AssertOk().Json;
        var voted = (await member.VoteAsync(made.GetProperty("proposalId").GetString()!, inFavour: true)).AssertOk().Json;
        Assert.Equal("Accepted", voted.GetProperty("proposalState").GetString());
    }

    private static Task<Reply> JoinAsync(Caller caller, JoinRequest request) =>
        caller.SendAsync("POST", "/node/join", System.Text.Encoding.UTF8.GetString(request.ToJson()));

    private async Task<string?> StatusAsync(string id) =>
        (await network.AtPrimary.GetAsync($"/node/network/nodes/{id}")).AssertOk().Json.GetProperty("status").GetString();

    private async Task<HttpStatusCode> LedgerStatusAsync(X509Certificate2 certificate) =>
        (await network.CallerAt(network.Primary, certificate).GetAsync("/node/ledger?from=1")).Status;
}
