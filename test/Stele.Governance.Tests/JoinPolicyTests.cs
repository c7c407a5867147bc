using Stele.Attestation;
using Stele.Governance.Nodes;
using Stele.Governance.Proposals;
using Stele.Governance.Requests;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;
using static Stele.Governance.Tests.RealNode;
using static Stele.Governance.Tests.TestConsortium;

namespace Stele.Governance.Tests;

/// <summary>Who may join, by what members have decided, judged on evidence of real processors.</summary>
public sealed class JoinPolicyTests
{
    private const string Milan = "00a00f11";
    private const string Level = "db18000000000004";
    private const string Microsoft = "did:x509:0:sha256:I__iuL25oXEVFdTP_aBLx_eT1RPHbCQ_ECBQfYZpt9s::eku:1.3.6.1.4.1.311.76.59.1.2";
    private const string Feed = "ContainerPlat-AMD-UVM";
    private static readonly DateTimeOffset AsOf = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TestConsortium _consortium = new(members: 1);

    [Fact]
    public void A_node_whose_measurement_host_data_and_firmware_are_named_may_join()
    {
        AllowContainers();
        AllowMeasurement();
        Assert.Equal([], Failed(Measured));
        Do("remove_snp_measurement", new { measurement = Hex(Report(Measured).Measurement) });
        Assert.Equal(["measurement-expected"], Failed(Measured));
    }

    [Fact]
    public void An_endorsement_stands_for_the_measurement()
    {
        AllowContainers();
        // A list of measurements does not help against an endorsement by somebody who may not.
        AllowMeasurement();
        Assert.Equal(["uvm:trusted"], Failed(Endorsed));
        Do("add_snp_uvm_endorsement", new { did = Microsoft, feed = Feed, svn = "101" });
        Do("remove_snp_measurement", new { measurement = Hex(Report(Measured).Measurement) });
        Assert.Equal([], Failed(Endorsed));
        Assert.Equal(["measurement-expected"], Failed(Measured));
        Do("add_snp_uvm_endorsement", new { did = Microsoft, feed = Feed, svn = "102" });
        Assert.Contains("101, accepted from 102 on", Reason(Endorsed, "uvm:guestsvn"), StringComparison.Ordinal);
        Do("add_snp_uvm_endorsement", new { did = Microsoft, feed = "another", svn = "1" });
        Do("remove_snp_uvm_endorsement", new { did = Microsoft, feed = Feed });
        Assert.Equal(["uvm:feed"], Failed(Endorsed));
        Do("remove_snp_uvm_endorsement", new { did = Microsoft, feed = "another" });
        Assert.Empty(_consortium.Tables.Rows(JoinTables.UvmEndorsements));
    }

    [Fact]
    public void Without_a_word_in_the_tables_nothing_is_accepted()
    {
        Assert.Equal(["host_data-expected", "measurement-expected", "tcb-minimum"], Failed(Measured));
        Assert.Equal(["host_data-expected", "tcb-minimum", "uvm:trusted"], Failed(Endorsed));
        Assert.Equal(["td-expected"], Failed(Tdx).Except(["report_data-expected"]));
        Assert.Equal(["well-formed"], Failed(Measured with { Format = "OE_SGX_v1" }));
    }

    [Fact]
    public void A_refusal_says_what_was_found_and_what_would_be_right()
    {
        AllowContainers();
        AllowMeasurement();
        var other = new string('a', 64);
        Do("add_snp_host_data", new { host_data = other });
        Do("remove_snp_host_data", new { host_data = Hex(Report(Measured).HostData) });
        Assert.Equal(["host_data-expected"], Failed(Measured));
        var reason = Reason(Measured, "host_data-expected");
        Assert.Contains(Hex(Report(Measured).HostData), reason, StringComparison.Ordinal);
        Assert.Contains(other, reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Firmware_that_is_too_old_or_of_a_processor_that_nobody_named_is_refused()
    {
        AllowContainers();
        AllowMeasurement();
        Do("set_snp_minimum_tcb_version", new { cpuid = Milan, tcb_version = new { boot_loader = 4, tee = 0, snp = 24, microcode = 220 } });
        Assert.Contains("microcode 219", Reason(Measured, "tcb-minimum"), StringComparison.Ordinal);
        Do("remove_snp_minimum_tcb_version", new { cpuid = Milan });
        Do("set_snp_minimum_tcb_version_hex", new { cpuid = "00a10f11", tcb_version = Level });
        Assert.Equal(["tcb-minimum"], Failed(Measured));
        Do("set_snp_minimum_tcb_version_hex", new { cpuid = Milan, tcb_version = Level });
        Assert.Equal([], Failed(Measured));
    }

    [Fact]
    public void Genuineness_the_key_and_debug_are_asked_whatever_the_tables_say()
    {
        AllowContainers();
        AllowMeasurement();
        Assert.Equal(["report_data-expected"], Failed(Measured with { NodeId = new string('0', 64) }));
        var changed = Measured.Raw.ToArray();
        changed[0x90] ^= 1;
        Assert.Equal(["measurement-expected", "report-signature"], Failed(Measured with { Raw = changed }));
        Do("add_snp_host_data", new { host_data = Hex(Report(Debugged).HostData) });
        Do("add_snp_measurement", new { measurement = Hex(Report(Debugged).Measurement) });
        // Reports of version 2 do not tell their processor.
        Assert.Equal(["policy-no-debug", "tcb-minimum"], Failed(Debugged).Except(["report_data-expected"]));
    }

    [Fact]
    public void A_trust_domain_is_known_by_its_measurement_and_the_registers_that_are_named()
    {
        var claims = Stele.Attestation.Dcap.DcapVerifier.Read(Tdx.Raw);
        var (measurement, rtmr1) = (Hex(claims.Measurement), Hex(claims.Registers[1]));
        Do("add_tdx_measurement", new { measurement, rtmr1 = new string('0', 96) });
        Assert.Contains(rtmr1, Reason(Tdx, "td-expected"), StringComparison.Ordinal);
        Do("add_tdx_measurement", new { measurement, rtmr1 });
        Assert.Equal([], Failed(Tdx).Except(["report_data-expected"]));
        Do("remove_tdx_measurement", new { measurement, rtmr1 });
        Assert.Contains("td-expected", Failed(Tdx));
        Do("add_tdx_measurement", new { measurement });
        Assert.DoesNotContain("td-expected", Failed(Tdx));
        Assert.Equal(["well-formed"], Failed(Tdx with { EndorsedTcb = "none" }));
        Do("remove_tdx_measurement", new { measurement });
        Do("remove_tdx_measurement", new { measurement, rtmr1 = new string('0', 96) });
        Assert.Empty(_consortium.Tables.Rows(JoinTables.TdxMeasurements));
    }

    [Theory]
    [InlineData("add_snp_measurement", """{"measurement":"abc"}""")]
    [InlineData("add_snp_measurement", """{"measurement":"ABCD"}""")]
    [InlineData("add_snp_host_data", """{"host_data":"00"}""")]
    [InlineData("set_snp_minimum_tcb_version_hex", """{"cpuid":"00a00f11","tcb_version":"db18"}""")]
    [InlineData("set_snp_minimum_tcb_version", """{"cpuid":"a00f11","tcb_version":{}}""")]
    [InlineData("add_tdx_measurement", """{"measurement":"00"}""")]
    [InlineData("add_virtual_host_data", """{"host_data":"none"}""")]
    public void What_cannot_be_meant_is_no_proposal(string action, string args) => Refused(_consortium.Deliberate().Propose(
        _consortium.Sign(_consortium.Members[0], RequestType.Proposal, Text(action, args))));

    [Theory]
    [InlineData("add_snp_uvm_endorsement", """{"did":"did:x509","feed":"feed","svn":"many"}""", "whole number")]
    [InlineData("set_snp_minimum_tcb_version", """{"cpuid":"00a00f11","tcb_version":{"boot_loader":1,"tee":0,"snp":1}}""", "microcode")]
    [InlineData(
        "set_snp_minimum_tcb_version", """{"cpuid":"00b00f11","tcb_version":{"boot_loader":1,"tee":0,"snp":1,"microcode":1}}""", "fmc")]
    [InlineData(
        "set_snp_minimum_tcb_version", """{"cpuid":"00a00f11","tcb_version":{"boot_loader":1,"tee":0,"snp":1,"microcode":256}}""", "255")]
    [InlineData("set_snp_minimum_tcb_version_hex", """{"cpuid":"00000001","tcb_version":"db18000000000004"}""", "processor")]
    [InlineData("remove_snp_minimum_tcb_version", """{"cpuid":"00a00f11"}""", "no minimum")]
    [InlineData(
        "add_snp_host_data",
        """{"host_data":"0000000000000000000000000000000000000000000000000000000000000000","security_policy":"package"}""", "digest")]
    public void What_no_node_could_read_or_meet_fails(string action, string args, string reason)
    {
        var proposal = Decide(Text(action, args));
        Assert.Equal(ProposalState.Failed, proposal.State);
        Assert.Contains(reason, proposal.Failure!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_security_policy_is_kept_beside_its_digest()
    {
        var text = File.ReadAllText(Stele.Tests.SharedVectors.Require("vectors/attestation/aci-milan-v3-bundle/cce-policy.rego"));
        Do("add_snp_host_data", new { host_data = Hex(Report(Measured).HostData), security_policy = text });
        var row = Assert.Single(_consortium.Tables.Rows(JoinTables.SnpHostData));
        Assert.Equal(System.Text.Json.JsonSerializer.Deserialize<string>(row.Value.Span), text);
    }

    [Fact]
    public void The_founders_equals_may_join_and_no_others()
    {
        foreach (var (founder, other) in new[] { (Endorsed, Measured), (Measured, Endorsed) })
        {
            var tables = FoundedBy(founder);
            Assert.Equal([], Failed(founder, tables));
            Assert.NotEmpty(Failed(other, tables));
            Assert.NotEmpty(Failed(NodeEvidence.Virtual(founder.NodeId), tables));
        }
        Assert.Equal([], Failed(Tdx, FoundedBy(Tdx)).Except(["report_data-expected"]));
        // An endorsement that is not genuine is none to found a service on.
        var forged = Endorsed.UvmEndorsements.ToArray();
        forged[^1] ^= 1;
        Assert.Throws<FormatException>(() => FoundedBy(Endorsed with { UvmEndorsements = forged }));
    }

    [Fact]
    public void What_is_Virtual_joins_what_is_Virtual_alone()
    {
        var node = NodeEvidence.Virtual(new string('1', 64));
        Assert.Equal([], Failed(node));
        Assert.Equal(["report_data-expected"], Failed(node with { NodeId = new string('2', 64) }));
        Assert.Equal(["virtual-bare"], Failed(node with { Endorsements = new byte[1] }));
        Do("remove_virtual_measurement", new { measurement = "Virtual: no enclave, nothing is measured" });
        Assert.Equal(["measurement-expected"], Failed(node));
        Do("add_virtual_measurement", new { measurement = "Virtual: no enclave, nothing is measured" });
        Do("remove_virtual_host_data", new { host_data = new string('0', 64) });
        Assert.Equal(["host_data-expected"], Failed(node));
        Do("add_virtual_host_data", new { host_data = new string('0', 64) });
        Assert.Equal([], Failed(node));
        Assert.NotEmpty(Failed(node, FoundedBy(Measured)));
    }

    private static string Text(string action, string args) => $$"""{"actions":[{"name":"{{action}}","args":{{args}}}]}""";

    private static LedgerTables FoundedBy(NodeEvidence evidence)
    {
        var writes = new WriteSet();
        FounderPolicy.Write(writes, evidence);
        return LedgerTables.Empty.With(writes, SeqNo.First);
    }

    private static IEnumerable<string> Failed(NodeEvidence evidence, LedgerTables tables) =>
        Judge(evidence, tables).Failed.Select(check => check.Name).Order(StringComparer.Ordinal);

    private static Verdict Judge(NodeEvidence evidence, LedgerTables tables) =>
        JoinPolicy.Read(tables).Judge(evidence, TrustAnchors.Published, AsOf);

    private IEnumerable<string> Failed(NodeEvidence evidence) => Failed(evidence, _consortium.Tables);

    private string Reason(NodeEvidence evidence, string check) =>
        Assert.Single(Judge(evidence, _consortium.Tables).Failed, failed => failed.Name == check).Reason!;

    private void AllowContainers()
    {
        Do("add_snp_host_data", new { host_data = Hex(Report(Measured).HostData) });
        Do("set_snp_minimum_tcb_version_hex", new { cpuid = Milan, tcb_version = Level });
    }

    private void AllowMeasurement() => Do("add_snp_measurement", new { measurement = Hex(Report(Measured).Measurement) });

    private void Do(string action, object args) => Assert.Equal(ProposalState.Accepted, Decide(Action(action, args)).State);

    private Proposal Decide(string text)
    {
        var proposal = _consortium.Propose(_consortium.Members[0], text);
        return proposal.State == ProposalState.Open ? _consortium.Vote(_consortium.Members[0], proposal, inFavour: true) : proposal;
    }
}
