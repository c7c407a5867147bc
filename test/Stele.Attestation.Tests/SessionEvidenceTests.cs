using System.Text;
using System.Text.Json.Nodes;
using Stele.Attestation.Nodes;
using Stele.Cryptography;

namespace Stele.Attestation.Tests;

/// <summary>Evidence that a node shows in a TLS session, judged together with the session's key.</summary>
public sealed class SessionEvidenceTests
{
    // Nobody has keys whose digests real report data are: the last check is tested where a node shows evidence of its own key.
    private static readonly byte[] Key = [1, 2, 3];
    private static readonly EvidencePolicy Policy = new() { UvmEndorsers = [Evidence.Microsoft], TcbStatuses = null };

    [Fact]
    public void Genuine_evidence_about_another_key_is_refused_for_that_alone() =>
        Assert.Equal(["session-key-bound"], Failed(Answer()));

    [Fact]
    public void Whoever_calls_itself_by_another_key_is_refused()
    {
        var answer = Answer();
        answer["node_id"] = new string('0', 64);
        Assert.Equal(["node-id-is-session-key", "session-key-bound"], Failed(answer));
    }

    [Fact]
    public void What_the_policy_says_of_report_data_does_not_count()
    {
        var report = Evidence.Aci().Snp.Report.ReportData;
        Assert.Equal(["session-key-bound"], Failed(Answer(), Policy with { ReportData = report }));
    }

    [Fact]
    public void A_demand_of_another_platform_fails()
    {
        Assert.Equal(["platform-fits-policy", "session-key-bound"], Failed(Answer(), Policy with { EnclaveSigners = [new byte[32]] }));
        Assert.Equal(["platform-fits-policy", "session-key-bound"], Failed(Answer(), Policy with { TrustDomains = [] }));
        var tdx = new JsonObject
        {
            ["node_id"] = Digest.Of(Key).ToHex(),
            ["format"] = NodeQuote.TdxFormat,
            ["raw"] = Convert.ToBase64String(Vector.Open("tdx-v4-uptodate").Read("quote.bin")!),
            ["endorsements"] = "",
        };
        Assert.Equal(["platform-fits-policy", "session-key-bound"], Failed(tdx));
        Assert.Equal(["session-key-bound"], Failed(tdx, new EvidencePolicy { TcbStatuses = null }));
    }

    [Fact]
    public void What_is_Virtual_is_refused_unless_the_policy_says_so()
    {
        var statement = VirtualStatement.Write("anything", Digest.Of(Key).Span);
        var answer = new JsonObject
        {
            ["node_id"] = Digest.Of(Key).ToHex(),
            ["format"] = NodeQuote.VirtualFormat,
            ["raw"] = Convert.ToBase64String(statement),
            ["endorsements"] = "",
        };
        Assert.Equal(["not-virtual"], Failed(answer, EvidencePolicy.Default));
        var policy = EvidencePolicy.Read("""{"virtual":true}"""u8.ToArray());
        Assert.Equal([], Failed(answer, policy));
        Assert.Contains(Judge(answer, policy).Checks, check => check is { Name: "not-virtual", Passed: true, Reason: not null });
        Assert.Equal(["measurement-expected"], Failed(answer, policy with { Measurements = [] }));
        answer["endorsements"] = "AA==";
        Assert.Equal(["virtual-bare"], Failed(answer, policy));
    }

    [Fact]
    public void A_policy_that_names_no_software_is_said_to_name_none()
    {
        Assert.Contains(Judge(Answer(), EvidencePolicy.Default).Checks, check => check is { Name: "measurement-named", Passed: true });
        Assert.DoesNotContain(Judge(Answer(), Policy).Checks, check => check.Name == "measurement-named");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"node_id":"","format":"AMD_SEV_SNP_v1","raw":"AA=="}""")]
    [InlineData("""{"node_id":"","format":"AMD_SEV_SNP_v1","raw":"AA==","endorsements":"AA=="}""")]
    [InlineData("""{"node_id":"","format":"OE_SGX_v1","raw":"AA==","endorsements":""}""")]
    [InlineData("""{"node_id":"","format":"Insecure_Virtual","raw":"e30=","endorsements":""}""")]
    [InlineData("""{"node_id":"","format":"Insecure_Virtual","raw":"AA==","endorsements":"!"}""")]
    [InlineData("""{"format":"Insecure_Virtual","raw":"AA==","endorsements":"","node_id":5}""")]
    public void What_is_no_answer_of_a_node_is_not_well_formed(string answer) =>
        Assert.Contains("well-formed", Evidence.Names(Judge(Encoding.UTF8.GetBytes(answer), EvidencePolicy.Default)));

    [Fact]
    public void Whatever_is_answered_nothing_is_thrown_and_nothing_accepted()
    {
        var genuine = Encoding.UTF8.GetBytes(Answer().ToJsonString());
        var random = new Mutation(1);
        for (var round = 0; round < 300; round++)
            Assert.False(Judge(random.Of(genuine), EvidencePolicy.Default).Accepted);
    }

    [Fact]
    public void A_policy_is_read_or_refused_and_nothing_else()
    {
        var genuine = """
            {"measurement":["00","01"],"host_data":"02","minimum_tcb":{"bl":4,"tee":0,"snp":24,"ucode":219,"fmc":1},"vmpl":0,
            "uvm_dids":["did:x509:0"],"uvm_feed":"feed","uvm_min_svn":1,"rtmr1":"03","mrsigner":"04","accept":["UpToDate"],
            "virtual":true,"allow_debug":false}
            """u8.ToArray();
        Mutation.Try(genuine, 20_000, bytes => EvidencePolicy.Read(bytes));
        var policy = EvidencePolicy.Read(genuine);
        Assert.Equal((2, 1, 1, true, false), (
            policy.Measurements!.Count, policy.HostData!.Count, policy.UvmEndorsers!.Count, policy.AllowVirtual, policy.AllowDebug));
    }

    private static JsonObject Answer()
    {
        var vector = Vector.Open("aci-milan-v3-bundle");
        var host = JsonNode.Parse(vector.Read("host-amd-certs.json"))!;
        var pem = Encoding.ASCII.GetBytes($"{host["vcekCert"]}\n{host["certificateChain"]}");
        return new JsonObject
        {
            ["node_id"] = Digest.Of(Key).ToHex(),
            ["raw"] = Convert.ToBase64String(vector.Read("report.bin")!),
            ["endorsements"] = Convert.ToBase64String(pem),
            ["format"] = NodeQuote.SnpFormat,
            ["uvm_endorsements"] = Convert.ToBase64String(vector.Read("uvm-endorsements.cose")!),
        };
    }

    private static Verdict Judge(byte[] answer, EvidencePolicy policy) =>
        SessionEvidence.Verify(answer, Key, policy, TrustAnchors.Published, Evidence.AsOf);

    private static Verdict Judge(JsonObject answer, EvidencePolicy policy) => Judge(Encoding.UTF8.GetBytes(answer.ToJsonString()), policy);

    private static IEnumerable<string> Failed(JsonObject answer, EvidencePolicy? policy = null) =>
        Evidence.Names(Judge(answer, policy ?? Policy));
}
