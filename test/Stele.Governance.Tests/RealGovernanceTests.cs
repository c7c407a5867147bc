using Stele.Governance.Audit;
using Stele.Governance.Requests;
using Stele.Ledger.Audit;
using Stele.Ledger.Entries;
using Stele.Tests;

namespace Stele.Governance.Tests;

/// <summary>What members of real CCF services decided, replayed from their ledgers.</summary>
public sealed class RealGovernanceTests
{
    [Fact]
    public async Task A_consortium_of_three_is_explained_altogether()
    {
        var events = await ReplayAsync("ccf-ledgers/acme_containing_service");
        Assert.DoesNotContain(events, one => one is GovernanceEvent.Unexplained);
        var requests = events.OfType<GovernanceEvent.Decided>().Select(one => one.Request.Type);
        Assert.Equal(
            [RequestType.Ack, RequestType.Ack, RequestType.Ack, RequestType.Proposal, RequestType.Ballot, RequestType.Ballot], requests);
    }

    /// <summary>Requests that were signed over HTTP, as CCF's were once, are none that count here; those after them are.</summary>
    [Theory]
    [InlineData("ccf-ledgers/expired_service", 64, 1)]
    [InlineData("ccf-ledgers/sgx_service", 141, 3)]
    public async Task A_recovered_service_is_explained_from_where_its_members_sign_as_today(string service, long from, int recoveries)
    {
        var events = await ReplayAsync(service);
        Assert.Equal(recoveries, events.Count(one => one is GovernanceEvent.ServiceBegan { Recoveries: > 0 }));
        var later = events.Where(one => one.Id.SeqNo.Value >= from).ToList();
        Assert.Equal(6, later.OfType<GovernanceEvent.Decided>().Count());
        Assert.DoesNotContain(later, one => one is GovernanceEvent.Unexplained);
    }

    [Fact]
    public async Task A_service_that_is_recovered_and_opens_is_explained()
    {
        var events = (await ReplayAsync("ccf-live/rec"))
            .SkipWhile(one => one is not GovernanceEvent.ServiceBegan { Recoveries: 1 }).ToList();
        Assert.NotEmpty(events);
        Assert.Contains(events, one => one is GovernanceEvent.WrittenByService opened && opened.Tables.Contains(TableNames.ServiceInfo));
        Assert.DoesNotContain(events, one => one is GovernanceEvent.Unexplained);
    }

    /// <summary>Rows of an older CCF, whose nodes name no published address, and their keys otherwise.</summary>
    [Theory]
    [InlineData("ccf-live/rec")]
    [InlineData("ccf-live/vec")]
    public async Task A_rekey_of_nodes_with_rows_of_another_form_is_explained(string service)
    {
        var events = await ReplayAsync(service);
        Assert.Empty(events.OfType<GovernanceEvent.Unexplained>());
        Assert.Contains(events, one => one is GovernanceEvent.Decided decided
            && decided.Actions.Any(action => action.Name == "trigger_ledger_rekey"));
    }

    private static async Task<List<GovernanceEvent>> ReplayAsync(string service)
    {
        var cancel = TestContext.Current.CancellationToken;
        var directory = SharedVectors.Require($"vectors/{service}/ledger");
        var report = await LedgerAuditor.AuditAsync(directory, new AuditOptions { IsBeingWritten = true }, cancel);
        var end = Assert.IsType<AuditReport.Verified>(report).LastSigned;
        return [.. GovernanceAuditor.Replay(directory, end, TimeProvider.System, cancel)];
    }
}
