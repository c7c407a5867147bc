using System.Text;
using System.Text.Json;
using Stele.Cli.Connection;

namespace Stele.Cli.Tests;

/// <summary>attest URL: a node that is asked now.</summary>
public sealed class AttestNodeTests(RunningLedger ledger) : IDisposable
{
    private const string Microsoft =
        """
        "uvm_dids":["did:x509:0:sha256:I__iuL25oXEVFdTP_aBLx_eT1RPHbCQ_ECBQfYZpt9s::eku:1.3.6.1.4.1.311.76.59.1.2"],
        "uvm_feed":"ContainerPlat-AMD-UVM","uvm_min_svn":101,
        "host_data":"cadd74f71ebb8fbf9782baab649612520f3c416bc5ce9ac768808ddc8d9b031c"
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("stele-attest-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_node_without_an_enclave_is_refused_unless_the_policy_says_virtual_and_then_marked()
    {
        var refused = await AttestAsync(ledger.Uri.AbsoluteUri, "{}");
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("FAILED not-virtual", refused.Output, StringComparison.Ordinal);
        Assert.Contains("ok     session-key-bound", refused.Output, StringComparison.Ordinal);
        Assert.Contains("REJECTED", refused.Output, StringComparison.Ordinal);

        var taken = (await AttestAsync(
            ledger.Uri.AbsoluteUri, """{"virtual":true}""", "--service-cert", ledger.ServiceCertificate)).Ok();
        Assert.Contains("NOTHING of this node is attested", taken.Output, StringComparison.Ordinal);
        Assert.Contains("ok     node-id-is-session-key", taken.Output, StringComparison.Ordinal);
        Assert.Contains("ok     measurement-named: The policy names no measurement", taken.Output, StringComparison.Ordinal);
        Assert.Contains($"ok     service-certificate{Environment.NewLine}", taken.Output, StringComparison.Ordinal);
        Assert.Contains("measurement  Virtual: no enclave", taken.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_of_another_service_is_refused_where_the_service_is_named()
    {
        var other = Path.Combine(ledger.DataDirectory, "identity_ca.pem");
        var run = await AttestAsync(ledger.Uri.AbsoluteUri, """{"virtual":true}""", "--service-cert", other, "--json");
        Assert.Equal(3, run.ExitCode);
        var verdict = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal((false, true), (verdict.GetProperty("accepted").GetBoolean(), verdict.GetProperty("virtual").GetBoolean()));
        Assert.Equal(["service-certificate"], Failed(verdict));
    }

    [Fact]
    public async Task Genuine_evidence_of_another_machine_is_refused_by_the_key_of_the_session()
    {
        await using var relay = new StubNode(nodeId => Shown("aci-milan-v3-bundle", nodeId));
        var run = await AttestAsync(relay.Url, $"{{{Microsoft}}}", "--json");
        Assert.Equal(3, run.ExitCode);
        var verdict = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(["session-key-bound"], Failed(verdict));
        Assert.Equal(relay.NodeId, verdict.GetProperty("sessionKey").GetString());
        Assert.Equal("SevSnp", verdict.GetProperty("platform").GetString());
    }

    [Fact]
    public async Task Each_demand_of_the_policy_is_asked()
    {
        await using var relay = new StubNode(nodeId => Shown("aci-milan-v3-bundle", nodeId));
        var policy = $$"""
            {{{Microsoft.Replace("101", "102", StringComparison.Ordinal).Replace("cadd", "0000", StringComparison.Ordinal)}},
            "minimum_tcb":{"bl":4,"tee":0,"snp":24,"ucode":220},"rtmr1":"{{new string('0', 96)}}","virtual":true}
            """;
        var run = await AttestAsync(relay.Url, policy, "--json");
        Assert.Equal(
            ["host_data-expected", "platform-fits-policy", "session-key-bound", "tcb-minimum", "uvm:guestsvn"],
            Failed(JsonDocument.Parse(run.Output).RootElement).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_no_evidence_is_refused()
    {
        await using var odd = new StubNode(_ => """{"format":"AMD_SEV_SNP_v1","raw":"!"}""");
        var run = await AttestAsync(odd.Url, "{}");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("FAILED well-formed", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"mesurement":"00"}""")]
    [InlineData("""{"report_data":"00"}""")]
    [InlineData("""{"measurement":"no digits"}""")]
    [InlineData("""{"minimum_tcb":"high"}""")]
    [InlineData("[]")]
    public void What_cannot_be_understood_is_no_policy(string policy)
    {
        var refused = Assert.Throws<CommandFailedException>(() => AttestedNode.ReadPolicy(new FileInfo(PolicyFile(policy))));
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("is no policy", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_that_cannot_be_understood_accepts_nothing()
    {
        var run = await AttestAsync(ledger.Uri.AbsoluteUri, """{"mesurement":"00"}""");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("is no policy", run.Errors, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public async Task Wrong_usage_ends_with_2_and_an_absent_node_with_4()
    {
        Assert.Equal(2, (await RunAsync()).ExitCode);
        Assert.Equal(2, (await RunAsync(ledger.Uri.AbsoluteUri)).ExitCode);
        Assert.Equal(2, (await RunAsync("http://127.0.0.1:1", "--policy", PolicyFile("{}"))).ExitCode);
        Assert.Equal(4, (await AttestAsync($"https://127.0.0.1:{FreePorts.Take(1)[0]}", "{}")).ExitCode);
        Assert.Contains("policy.json", (await RunAsync("--help")).Ok().Output, StringComparison.Ordinal);
    }

    private static IEnumerable<string?> Failed(JsonElement verdict) => verdict.GetProperty("checks").EnumerateArray()
        .Where(check => !check.GetProperty("passed").GetBoolean()).Select(check => check.GetProperty("name").GetString());

    // What a node of CCF's answers to /node/quotes/self.
    private static string Shown(string vector, string nodeId)
    {
        byte[] Read(string name) => File.ReadAllBytes(SharedVectors.Require($"vectors/attestation/{vector}/{name}"));
        using var host = JsonDocument.Parse(Read("host-amd-certs.json"));
        string[] members = ["vcekCert", "certificateChain"];
        var pem = string.Join('\n', members.Select(name => host.RootElement.GetProperty(name).GetString()));
        return JsonSerializer.Serialize(new
        {
            node_id = nodeId,
            raw = Convert.ToBase64String(Read("report.bin")),
            endorsements = Convert.ToBase64String(Encoding.ASCII.GetBytes(pem)),
            format = "AMD_SEV_SNP_v1",
            measurement = "",
            uvm_endorsements = Convert.ToBase64String(Read("uvm-endorsements.cose")),
        });
    }

    private static Task<Finished> RunAsync(params string[] arguments) =>
        Finished.RunAsync(SteleTool.StartInfo(["attest", .. arguments]), null);

    private Task<Finished> AttestAsync(string url, string policy, params string[] options) =>
        RunAsync([url, "--policy", PolicyFile(policy), .. options]);

    private string PolicyFile(string policy)
    {
        var file = Path.Combine(_directory.FullName, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(file, policy);
        return file;
    }
}
