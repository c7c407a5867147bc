using System.Text;
using Stele.Governance.Audit;
using Stele.Governance.Proposals;
using Stele.Governance.Service;
using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;
using static Stele.Governance.Tests.TestConsortium;

namespace Stele.Governance.Tests;

/// <summary>An auditor tells who was given rights without a vote, and finds what was slipped into one.</summary>
public sealed class RightsReplayTests
{
    private static readonly TableName Auditors = new("public:confidentialledger.roles.user_roles_definitions.auditor");
    private static readonly string LetSomeoneRead = Action("set_user_roles", new { user_id = "someone", roles = new[] { "Reader" } });
    private static readonly byte[] Someone = "\"someone\""u8.ToArray();
    private readonly TestConsortium _consortium = new(members: 1);

    [Fact]
    public void Who_becomes_administrator_is_told()
    {
        Give("""["Reader"]""");
        Assert.Equal(new(TableNames.UserRoles, "\"someone\"", null, """["Reader"]"""), Assert.Single(Told()));
        Give("""["Administrator"]""");
        Assert.Equal(new(TableNames.UserRoles, "\"someone\"", """["Reader"]""", """["Administrator"]"""), Assert.Single(Told()));
        _consortium.Run(new Rewrite(transaction => transaction.Remove(TableNames.UserRoles, Someone)));
        Assert.Equal(new(TableNames.UserRoles, "\"someone\"", """["Administrator"]""", null), Assert.Single(Told()));
    }

    [Fact]
    public void What_a_role_may_do_is_told()
    {
        _consortium.Run(new Rewrite(transaction =>
        {
            transaction.Put(Auditors, "\"/content/read\""u8.ToArray(), "true"u8.ToArray());
            transaction.Put(TableNames.UserRoles, Someone, """["auditor"]"""u8.ToArray());
        }));
        Assert.Equal([Auditors, TableNames.UserRoles], Told().Select(one => one.Table));
    }

    [Fact]
    public void The_first_administrator_is_told()
    {
        var began = Assert.IsType<GovernanceEvent.ServiceBegan>(Replay()[0]);
        Assert.Equal("""["Administrator"]""", Assert.Single(began.Rights).After);
    }

    [Fact]
    public void What_changes_nothing_or_was_voted_is_not_told_as_others_doing()
    {
        Assert.Equal(ProposalState.Accepted, Pass(LetSomeoneRead).State);
        Assert.IsType<GovernanceEvent.Decided>(Replay()[^1]);
        Give("""["Reader"]""");
        Assert.Null(Replay()[^1]);
    }

    [Fact]
    public void Rights_that_are_written_along_with_what_nobody_may_write_do_not_hide_it()
    {
        _consortium.Run(new Rewrite(transaction =>
        {
            transaction.Put(TableNames.UserRoles, Someone, """["Administrator"]"""u8.ToArray());
            transaction.Remove(TableNames.MembersInfo, Encoding.UTF8.GetBytes(_consortium.Members[0].Id));
        }));
        AssertFound("members.info");
    }

    [Fact]
    public void Rights_that_are_slipped_into_a_vote_are_found()
    {
        AssertSlipped(transaction => transaction.Put(TableNames.UserRoles, Someone, """["Administrator"]"""u8.ToArray()), "roles_mapping");
        AssertSlipped(transaction => transaction.Put(Auditors, "\"/content/read\""u8.ToArray(), "true"u8.ToArray()), "auditor");
    }

    [Fact]
    public void Another_kind_of_ledger_that_is_slipped_into_a_vote_is_found() => AssertSlipped(
        transaction => transaction.Put(ServiceTable.Ledger, TableNames.SingleKey, "{}"u8.ToArray()), "ledger.info");

    [Fact]
    public void Entries_that_a_closed_service_takes_in_a_members_transaction_are_found()
    {
        Assert.Equal(ProposalState.Accepted, Pass(Action("transition_service_to_closed", new { })).State);
        AssertSlipped(transaction => transaction.Put(TableNames.PublicLogs, "bridges"u8.ToArray(), "no cracks"u8.ToArray()), "logs");
        AssertSlipped(transaction => transaction.Put(new TableName("public:app"), "a"u8.ToArray(), "b"u8.ToArray()), "public:app");
        var replay = new GovernanceReplay(TimeProvider.System, TestContext.Current.CancellationToken);
        _consortium.Propose(_consortium.Members[0], LetSomeoneRead);
        var last = _consortium.History.Count - 1;
        for (var i = 0; i < last; i++) Accept(replay, i);
        var (id, writes) = _consortium.History[last];
        var done = replay.Accept(id, writes, RootAfter(id.SeqNo.Value - 1), seals: true);
        Assert.Contains("sealed", Assert.IsType<GovernanceEvent.Unexplained>(done).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_proposed_and_how_was_voted_is_told()
    {
        Pass(LetSomeoneRead);
        var decided = Assert.IsType<GovernanceEvent.Decided>(Replay()[^1]);
        Assert.Contains("return true", decided.Ballot, StringComparison.Ordinal);
        var action = Assert.Single(decided.Actions);
        Assert.Equal("set_user_roles", action.Name);
        Assert.Equal("someone", action.Whole.GetProperty("args").GetProperty("user_id").GetString());
    }

    private void Give(string roles) => _consortium.Run(
        new Rewrite(transaction => transaction.Put(TableNames.UserRoles, Someone, Encoding.UTF8.GetBytes(roles))));

    private Proposal Pass(string text)
    {
        var member = _consortium.Members[0];
        return _consortium.Vote(member, _consortium.Propose(member, text), inFavour: true);
    }

    private void AssertSlipped(Action<Transaction> slip, string name)
    {
        var before = _consortium.Tables;
        var request = _consortium.Sign(_consortium.Members[0], Requests.RequestType.Proposal, LetSomeoneRead);
        var granted = Assert.IsType<Decision.Granted>(_consortium.Deliberate().Propose(request));
        _consortium.Run(new Rewrite(transaction =>
        {
            Assert.True(new RecordDecision(before, granted).Execute(transaction));
            slip(transaction);
        }));
        AssertFound(name);
    }

    private void AssertFound(string name) => Assert.Contains(
        name, Assert.IsType<GovernanceEvent.Unexplained>(Replay()[^1]).Reason, StringComparison.Ordinal);

    private IReadOnlyList<RightsChange> Told()
    {
        var told = Assert.IsType<GovernanceEvent.WrittenByService>(Replay()[^1]);
        Assert.Empty(told.Tables);
        return told.Rights;
    }

    private List<GovernanceEvent?> Replay()
    {
        var replay = new GovernanceReplay(TimeProvider.System, TestContext.Current.CancellationToken);
        return [.. Enumerable.Range(0, _consortium.History.Count).Select(index => Accept(replay, index))];
    }

    private GovernanceEvent? Accept(GovernanceReplay replay, int index)
    {
        var (id, writes) = _consortium.History[index];
        return replay.Accept(id, writes, RootAfter(id.SeqNo.Value - 1));
    }
}
