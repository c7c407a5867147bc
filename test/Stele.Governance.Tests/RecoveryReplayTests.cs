using System.Text;
using System.Text.Json.Nodes;
using Stele.Governance.Audit;
using Stele.Governance.Nodes;
using Stele.Governance.Recovery;
using Stele.Governance.Service;
using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Tests;

/// <summary>What a service may write of itself, when it opens and when it is recovered, an auditor tells from what it may not.</summary>
public sealed class RecoveryReplayTests
{
    private static readonly NodeEvidence Evidence = NodeEvidence.Virtual(new string('1', 64));
    private static readonly byte[] Founder = Encoding.UTF8.GetBytes(new string('0', 64));
    private readonly TestConsortium _consortium = new(members: 1);

    [Fact]
    public void A_recovery_is_explained()
    {
        Recover();
        Assert.Equal(1, Assert.IsType<GovernanceEvent.ServiceBegan>(Last()).Recoveries);
    }

    [Fact]
    public void What_the_recovering_node_is_measured_as_is_explained()
    {
        Recover(transaction => FounderPolicy.Write(transaction.Writes, Evidence));
        Assert.IsType<GovernanceEvent.ServiceBegan>(Last());
    }

    [Fact]
    public void Another_measurement_than_the_recovering_nodes_is_found() => AssertNotRecovered(
        transaction => transaction.Put(JoinTables.VirtualMeasurements, "evil"u8.ToArray(), "\"AllowedToJoin\""u8.ToArray()),
        "virtual.measurements");

    [Fact]
    public void An_endorser_that_is_taken_away_is_found() => AssertNotRecovered(
        transaction => transaction.Remove(JoinTables.UvmEndorsements, "did:x509"u8.ToArray()), "uvm_endorsements");

    [Fact]
    public void A_recovery_that_changes_the_threshold_is_found() => AssertNotRecovered(
        transaction => transaction.Put(TableNames.ServiceConfig, TableNames.SingleKey, """{"recovery_threshold":1}"""u8.ToArray()),
        "service.config");

    [Fact]
    public void A_recovery_that_gives_rights_is_found() => AssertNotRecovered(
        transaction => transaction.Put(TableNames.UserRoles, "someone"u8.ToArray(), "\"Administrator\""u8.ToArray()),
        "user_roles_mapping");

    [Fact]
    public void A_recovery_of_another_service_is_found() => AssertNotRecovered(
        transaction => transaction.Put(TableNames.PreviousServiceIdentity, TableNames.SingleKey, "\"another\""u8.ToArray()),
        "previous_service_identity");

    [Fact]
    public void A_recovery_that_members_have_no_say_in_is_found() =>
        AssertNotRecovered(transaction => Set(transaction, "status", "Open"), "is not Recovering");

    [Fact]
    public void A_recovery_that_brings_several_nodes_is_found() => AssertNotRecovered(
        transaction => transaction.Put(TableNames.NodesInfo, "more"u8.ToArray(), Node("2").ToRow()), "2 nodes of its own");

    [Fact]
    public void A_recovery_that_leaves_an_old_node_trusted_is_found() => AssertNotRecovered(
        transaction => transaction.Put(TableNames.NodesInfo, Founder, Node("0").ToRow()), "nodes.info");

    [Fact]
    public void A_recovery_that_certifies_another_node_is_found() => AssertNotRecovered(
        transaction => transaction.Put(TableNames.NodesEndorsedCertificates, Founder, "forged"u8.ToArray()), "endorsed_certificates");

    [Fact]
    public void A_recovery_that_writes_for_users_is_found() => AssertNotRecovered(
        transaction => transaction.Put(TableNames.PublicLogs, "a"u8.ToArray(), "b"u8.ToArray()), "logs");

    [Fact]
    public void A_recovery_that_makes_another_kind_of_ledger_is_found() => AssertNotRecovered(
        transaction => transaction.Put(ServiceTable.Ledger, TableNames.SingleKey, "{}"u8.ToArray()), "ledger.info");

    [Fact]
    public void A_service_that_opens_without_what_it_waits_for_is_found()
    {
        foreach (var (from, to) in new[]
        {
            (ServiceStatus.Open, ServiceStatus.Opening),
            (ServiceStatus.Open, ServiceStatus.WaitingForRecoveryShares),
            (ServiceStatus.Recovering, ServiceStatus.WaitingForRecoveryShares),
            (ServiceStatus.Recovering, ServiceStatus.Open),
        })
        {
            _consortium.Run(new Rewrite(transaction => Set(transaction, "status", from.ToString())));
            _consortium.Run(new Rewrite(transaction => Set(transaction, "status", to.ToString())));
            Assert.Contains("service.info", Assert.IsType<GovernanceEvent.Unexplained>(Last()).Reason, StringComparison.Ordinal);
        }
        _consortium.Run(new Rewrite(transaction => Set(transaction, "status", nameof(ServiceStatus.WaitingForRecoveryShares))));
        _consortium.Run(new Rewrite(transaction => Set(transaction, "status", nameof(ServiceStatus.Open))));
        Assert.IsType<GovernanceEvent.WrittenByService>(Last());
    }

    [Theory]
    [InlineData("recovery_count")]
    [InlineData("current_service_create_txid")]
    [InlineData("service_data")]
    public void A_service_that_changes_what_is_said_of_it_is_found(string member)
    {
        _consortium.Run(new Rewrite(transaction => Set(transaction, member, "2.9")));
        Assert.Contains("service.info", Assert.IsType<GovernanceEvent.Unexplained>(Last()).Reason, StringComparison.Ordinal);
    }

    private static NodeRecord Node(string digit) =>
        new(NodeStatus.Trusted, NodeEvidence.Virtual(string.Concat(Enumerable.Repeat(digit, 64))), Address: null);

    private static void Set(Transaction transaction, string member, string value)
    {
        if (!transaction.Writes.TryGet(TableNames.ServiceInfo, TableNames.SingleKey.Span, out var row))
            transaction.State.TryGet(TableNames.ServiceInfo, TableNames.SingleKey, out row);
        var info = JsonNode.Parse(row.Span)!.AsObject();
        info[member] = value;
        transaction.Put(TableNames.ServiceInfo, TableNames.SingleKey, Encoding.UTF8.GetBytes(info.ToJsonString()));
    }

    private void Recover(Action<Transaction>? more = null) => _consortium.Run(new Rewrite(transaction =>
    {
        new RecoverService("the next service", Node("1"), "certificate", default).Execute(transaction);
        more?.Invoke(transaction);
    }));

    private void AssertNotRecovered(Action<Transaction> lie, string why)
    {
        Recover(lie);
        Assert.Contains(why, Assert.IsType<GovernanceEvent.Unexplained>(Last()).Reason, StringComparison.Ordinal);
    }

    private GovernanceEvent? Last()
    {
        var replay = new GovernanceReplay(TimeProvider.System, TestContext.Current.CancellationToken);
        return _consortium.History
            .Select(entry => replay.Accept(entry.Id, entry.Writes, TestConsortium.RootAfter(entry.Id.SeqNo.Value - 1))).ToList()[^1];
    }
}
