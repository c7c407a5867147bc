using System.Text;
using Stele.Governance.Audit;
using Stele.Governance.Constitution;
using Stele.Governance.Proposals;
using Stele.Governance.Service;
using Stele.Governance.Users;
using Stele.Ledger.Entries;
using static Stele.Governance.Tests.TestConsortium;

namespace Stele.Governance.Tests;

/// <summary>Members close a service to its users' writes, and open it again.</summary>
public sealed class ClosedServiceTests
{
    private static readonly string Close = Action("transition_service_to_closed", new { });
    private static readonly string Open = Action("transition_service_to_open", new { next_service_identity = ServiceCertificate });
    private static readonly LedgerUser Someone = new(UserId.TryParse("someone", out var id) ? id : default, [RoleName.Of(Role.Reader)]);

    // The service of these tests has no real certificate.
    private readonly TestConsortium _consortium = new(members: 2, DefaultConstitution.Script.Replace(
        "{ next_service_identity: certificate,", "{ next_service_identity: text,", StringComparison.Ordinal));

    private readonly ServiceClosure _closure = new();

    [Fact]
    public void Users_write_until_members_close_the_service_and_when_they_have_opened_it()
    {
        Assert.Equal(UserChange.Made, Write());
        Accept(Close);
        Assert.Equal(ServiceStatus.Closed, ServiceTable.Status(_consortium.Tables));
        var refused = Assert.Throws<ServiceClosedException>(() => Write());
        Assert.Contains("transition_service_to_open", refused.Message, StringComparison.Ordinal);
        // Members go on.
        Accept(Action("set_user_roles", new { user_id = "another", roles = new[] { "Reader" } }));
        Assert.Throws<ServiceClosedException>(() => Write());
        Accept(Close);
        Accept(Open);
        Assert.Equal(ServiceStatus.Open, ServiceTable.Status(_consortium.Tables));
        Assert.Equal(UserChange.Made, Write());
        Assert.DoesNotContain(Replay(), one => one is GovernanceEvent.Unexplained);
    }

    [Fact]
    public void What_a_vote_would_close_is_shown_before_it()
    {
        var proposal = _consortium.Propose(_consortium.Members[0], Close);
        var change = Assert.Single(_consortium.Deliberate().Preview(proposal.Id)!.Changes);
        Assert.Equal(TableNames.ServiceInfo, change.Table);
        Assert.Contains("\"status\":\"Closed\"", Encoding.UTF8.GetString(change.After!.Value.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ServiceStatus.Recovering)]
    [InlineData(ServiceStatus.WaitingForRecoveryShares)]
    public void What_is_not_open_is_not_closed(ServiceStatus status)
    {
        _consortium.Run(new Rewrite(transaction => transaction.Put(
            TableNames.ServiceInfo, TableNames.SingleKey, ServiceTable.With(transaction.State, status))));
        var proposal = Vote(Close);
        Assert.Equal(ProposalState.Failed, proposal.State);
        Assert.Contains($"The service is {status}", proposal.Failure!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_auditor_finds_what_a_closed_service_took()
    {
        Accept(Close);
        var honest = _consortium.History.Count;
        Assert.Equal(UserChange.Made, _consortium.Run(new SetUser(Someone)));
        var events = Replay();
        var found = Assert.IsType<GovernanceEvent.Unexplained>(events[^1]);
        Assert.Equal(_consortium.History[honest].Id, found.Id);
        Assert.Contains("is closed", found.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_auditor_finds_what_is_sealed_and_who_closed_or_opened_it_alone()
    {
        Accept(Close);
        var replay = new GovernanceReplay(TimeProvider.System, TestContext.Current.CancellationToken);
        foreach (var (id, writes) in _consortium.History) replay.Accept(id, writes, RootAfter(id.SeqNo.Value - 1));
        var next = _consortium.History[^1].Id.SeqNo.Next;
        Assert.Null(replay.Accept(new(View.First, next), new WriteSet(), RootAfter(next.Value - 1)));
        Assert.IsType<GovernanceEvent.Unexplained>(
            replay.Accept(new(View.First, next.Next), new WriteSet(), RootAfter(next.Value), seals: true));
        var alone = new WriteSet();
        alone.Put(TableNames.ServiceInfo, TableNames.SingleKey, ServiceTable.With(_consortium.Tables, ServiceStatus.Open));
        Assert.IsType<GovernanceEvent.Unexplained>(replay.Accept(new(View.First, next.Next.Next), alone, RootAfter(next.Next.Value)));
    }

    private UserChange Write() => _consortium.Run(new WhileOpen<UserChange>(new SetUser(Someone), _closure));

    private void Accept(string proposal) => Assert.Equal(ProposalState.Accepted, Vote(proposal).State);

    private Proposal Vote(string text)
    {
        var proposal = _consortium.Propose(_consortium.Members[0], text);
        _consortium.Vote(_consortium.Members[0], proposal, inFavour: true);
        return _consortium.Vote(_consortium.Members[1], proposal, inFavour: true);
    }

    private List<GovernanceEvent> Replay()
    {
        var replay = new GovernanceReplay(TimeProvider.System, TestContext.Current.CancellationToken);
        return
        [
            .. _consortium.History
                .Select(entry => replay.Accept(entry.Id, entry.Writes, RootAfter(entry.Id.SeqNo.Value - 1)))
                .OfType<GovernanceEvent>(),
        ];
    }
}
