using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;
using Stele.Governance.Audit;
using Stele.Governance.Nodes;
using Stele.Governance.Proposals;
using Stele.Governance.Service;
using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Tests;

/// <summary>Who lets nodes in: an auditor tells what a service, its nodes and administrators may do from what members decide.</summary>
public sealed class NodeReplayTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly SigningKey _serviceKey = SigningKey.Generate();
    private readonly SigningKey _founder = SigningKey.Generate();
    private readonly SigningKey _newcomer = SigningKey.Generate();
    private readonly X509Certificate2 _service;

    public NodeReplayTests() => _service = CertificateAuthority.Create(_serviceKey, "CCF Network", Now, TimeSpan.FromDays(900));

    public void Dispose()
    {
        _service.Dispose();
        foreach (var key in new[] { _serviceKey, _founder, _newcomer }) key.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_a_node_does_about_itself_is_explained(bool membersAdmit)
    {
        var ledger = Found(membersAdmit);
        ledger.Run(new RecordJoin(Joining()));
        AssertWritten(ledger);
        // It starts again: with a new certificate, an address, and what the next certificate is made from.
        ledger.Run(new SetNodeCertificate(_founder.KeyId, Endorsed(_founder), new Uri("https://founder:8443")));
        AssertWritten(ledger);
        var request = NodeCertificateRequest.Create(_founder, ["founder"]);
        ledger.Run(Changed(_founder.KeyId, row => row["certificate_signing_request"] = request));
        AssertWritten(ledger);
        // One that asked in vain gives way.
        ledger.Run(new RetireNode(_newcomer.KeyId));
        AssertWritten(ledger);
    }

    [Fact]
    public void Administrators_let_nodes_in_and_out_where_members_do_not()
    {
        var ledger = Found(membersAdmit: false);
        ledger.Run(new RecordJoin(Joining()));
        Assert.Equal(NodeChange.Made, ledger.Run(new TrustNode(_newcomer.KeyId, Endorsed(_newcomer))));
        AssertWritten(ledger);
        Assert.Equal(NodeChange.Made, ledger.Run(new RetireNode(_founder.KeyId)));
        AssertWritten(ledger);
    }

    [Fact]
    public void Members_let_a_node_in_and_out_by_vote()
    {
        var ledger = Found(membersAdmit: true);
        ledger.Run(new RecordJoin(Joining()));
        Decide(ledger, TestConsortium.Action("transition_node_to_trusted", new { node_id = _newcomer.KeyId }));
        Assert.NotNull(NodeTable.Certificate(ledger.Tables, _newcomer.KeyId));
        Decide(ledger, TestConsortium.Action(
            "set_node_certificate_validity", new { node_id = _newcomer.KeyId, valid_from = "270101000000Z" }));
        Decide(ledger, TestConsortium.Action("remove_node", new { node_id = _founder.KeyId }));
        Assert.Equal([_newcomer.KeyId], NodeTable.Trusted(ledger.Tables));
        // It was about to say this when it was retired.
        ledger.Run(new SetNodeCertificate(_founder.KeyId, Endorsed(_founder), new Uri("https://founder:8443")));
        Assert.DoesNotContain(Replay(ledger), one => one is GovernanceEvent.Unexplained);
    }

    [Fact]
    public void A_node_that_is_trusted_without_a_vote_is_found() => AssertFound(
        membersAdmit: true, new TrustNode(_newcomer.KeyId, Endorsed(_newcomer)), "nodes.info");

    [Fact]
    public void A_node_that_nobody_let_in_is_found() => AssertFound(
        membersAdmit: true, Changed(new string('1', 64), row => row["status"] = "Trusted", of: _founder.KeyId), "nodes.info");

    [Fact]
    public void A_node_that_is_taken_out_without_a_vote_is_found() => AssertFound(
        membersAdmit: true, Changed(_founder.KeyId, row => row["status"] = "Retired"), "nodes.info");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_forged_certificate_is_found(bool membersAdmit)
    {
        AssertFound(membersAdmit, new SetNodeCertificate(_founder.KeyId, "forged"), "endorsed_certificates");
        AssertFound(membersAdmit, new SetNodeCertificate(_founder.KeyId, Endorsed(_newcomer)), "endorsed_certificates");
        AssertFound(membersAdmit, new SetNodeCertificate(_newcomer.KeyId, Endorsed(_newcomer)), "endorsed_certificates");
        using var self = CertificateAuthority.SelfSigned(_founder, "CCF Node", Now, TimeSpan.FromDays(90));
        AssertFound(membersAdmit, new SetNodeCertificate(_founder.KeyId, self.ExportCertificatePem()), "endorsed_certificates");
        AssertFound(membersAdmit, new Rewrite(transaction => transaction.Remove(
            TableNames.NodesEndorsedCertificates, Encoding.UTF8.GetBytes(_founder.KeyId))), "endorsed_certificates");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Other_keys_or_evidence_under_a_nodes_name_are_found(bool membersAdmit)
    {
        AssertFound(membersAdmit, Changed(_newcomer.KeyId, row => row["public_encryption_key"] = "mine"), "nodes.info");
        AssertFound(membersAdmit, Changed(_founder.KeyId, row => row["public_encryption_key"] = "mine"), "nodes.info");
        AssertFound(membersAdmit, Changed(_founder.KeyId, row => row["quote_info"]!["quote"] = "AAAA"), "nodes.info");
        AssertFound(membersAdmit, Changed(_founder.KeyId, row => row["node_data"] = "mine"), "nodes.info");
        var request = NodeCertificateRequest.Create(_newcomer, ["founder"]);
        AssertFound(membersAdmit, Changed(_founder.KeyId, row => row["certificate_signing_request"] = request), "nodes.info");
    }

    [Fact]
    public void A_network_without_nodes_and_a_retired_node_that_is_back_are_found()
    {
        AssertFound(membersAdmit: false, Changed(_founder.KeyId, row => row["status"] = "Retired"), "nodes.info");
        AssertFound(membersAdmit: false, new Rewrite(transaction => transaction.Remove(
            TableNames.NodesInfo, Encoding.UTF8.GetBytes(_founder.KeyId))), "nodes.info");
        var ledger = Found(membersAdmit: false);
        ledger.Run(new RecordJoin(Joining()));
        ledger.Run(new TrustNode(_newcomer.KeyId, Endorsed(_newcomer)));
        ledger.Run(new RetireNode(_newcomer.KeyId));
        AssertWritten(ledger);
        ledger.Run(Changed(_newcomer.KeyId, row => row["status"] = "Trusted"));
        AssertFound(ledger, "nodes.info");
    }

    [Theory]
    [InlineData("""{"ledgerType":"Private"}""")]
    [InlineData("""{"ledgerType":"Public","membersAdmitNodes":true}""")]
    [InlineData(null)]
    public void A_ledger_that_becomes_one_of_another_kind_is_found(string? row) =>
        AssertFound(membersAdmit: true, new Rewrite(transaction =>
        {
            if (row is null) transaction.Remove(ServiceTable.Ledger, TableNames.SingleKey);
            else transaction.Put(ServiceTable.Ledger, TableNames.SingleKey, Encoding.UTF8.GetBytes(row));
        }), "ledger.info");

    private static void Decide(TestConsortium ledger, string text)
    {
        var proposal = ledger.Propose(ledger.Members[0], text);
        Assert.Equal(ProposalState.Accepted, ledger.Vote(ledger.Members[0], proposal, inFavour: true).State);
    }

    private static Rewrite Changed(string nodeId, Action<JsonObject> change, string? of = null) => new(transaction =>
    {
        transaction.State.TryGet(TableNames.NodesInfo, Encoding.UTF8.GetBytes(of ?? nodeId), out var row);
        var info = JsonNode.Parse(row.Span)!.AsObject();
        change(info);
        transaction.Put(TableNames.NodesInfo, Encoding.UTF8.GetBytes(nodeId), Encoding.UTF8.GetBytes(info.ToJsonString()));
    });

    private static void AssertWritten(TestConsortium ledger) => Assert.IsType<GovernanceEvent.WrittenByService>(Replay(ledger)[^1]);

    private static void AssertFound(TestConsortium ledger, string table)
    {
        var events = Replay(ledger);
        Assert.DoesNotContain(events.SkipLast(1), one => one is GovernanceEvent.Unexplained);
        var found = Assert.IsType<GovernanceEvent.Unexplained>(events[^1]);
        Assert.Contains(table, found.Reason, StringComparison.Ordinal);
    }

    private static List<GovernanceEvent?> Replay(TestConsortium ledger)
    {
        var replay = new GovernanceReplay(TimeProvider.System, TestContext.Current.CancellationToken);
        return [.. ledger.History.Select(entry => replay.Accept(
            entry.Id, entry.Writes, TestConsortium.RootAfter(entry.Id.SeqNo.Value - 1)))];
    }

    private void AssertFound<T>(bool membersAdmit, ICommand<T> lie, string table)
    {
        var ledger = Found(membersAdmit);
        ledger.Run(new RecordJoin(Joining()));
        ledger.Run(lie);
        AssertFound(ledger, table);
    }

    private TestConsortium Found(bool membersAdmit) => new([new TestMember("member0")], founded: genesis => genesis with
    {
        ServiceCertificate = _service.ExportCertificatePem(),
        Node = NodeEvidence.Virtual(_founder.KeyId),
        NodeCertificate = Endorsed(_founder),
        MembersAdmitNodes = membersAdmit,
    })
    {
        Endorses = request => NodeCertificateRequest.Parse(request)
            .Endorse(_service, _serviceKey, Now, TimeSpan.FromDays(90)).ExportCertificatePem(),
    };

    private NodeRecord Joining() => new(NodeStatus.Pending, NodeEvidence.Virtual(_newcomer.KeyId), new Uri("https://newcomer:8443"))
    {
        CertificateRequest = NodeCertificateRequest.Create(_newcomer, ["newcomer"]),
        EncryptionKey = "its key",
    };

    private string Endorsed(SigningKey key)
    {
        using var certificate = CertificateAuthority.Endorse(
            _service, _serviceKey, key, "CCF Node", ["localhost"], Now, TimeSpan.FromDays(90));
        return certificate.ExportCertificatePem();
    }
}
