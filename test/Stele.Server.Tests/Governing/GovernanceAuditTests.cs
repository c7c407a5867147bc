using System.Net;
using Stele.Governance;
using Stele.Governance.Audit;
using Stele.Governance.Requests;
using Stele.Ledger.Audit;
using Stele.Ledger.Entries;
using Stele.Server.Tests.Support;
using static Stele.Server.Tests.Support.Governor;

namespace Stele.Server.Tests.Governing;

/// <summary>The governance of a ledger that a running service wrote is replayed from its files alone.</summary>
public sealed class GovernanceAuditTests : IAsyncLifetime
{
    private readonly LedgerFixture _ledger = new();

    public ValueTask InitializeAsync() => _ledger.InitializeAsync();

    public ValueTask DisposeAsync() => _ledger.DisposeAsync();

    [Fact]
    public async Task All_is_explained_until_the_service_does_something_on_its_own()
    {
        using var first = _ledger.FirstMember();
        using var second = New(_ledger.WithoutCertificate, "second");
        await DecideAsync(first, Action("set_member", new { cert = second.Certificate.ExportCertificatePem() }));
        Assert.Equal(HttpStatusCode.NoContent, (await second.AcknowledgeAsync()).Status);
        var constitution = (await first.GetAsync("service/constitution")).Text;
        var change = Action("set_constitution", new { constitution = constitution + "// changed" });
        await DecideAsync(first, change, second);
        var now = Second();
        var racing = await Task.WhenAll(
            first.ProposeAsync(Action("set_user_roles", new { user_id = "a", roles = new[] { "Reader" } }), now),
            first.ProposeAsync(Action("set_user_roles", new { user_id = "b", roles = new[] { "Reader" } }), now));
        Assert.All(racing, reply => reply.AssertOk());

        var honest = await ReplayAsync();
        Assert.DoesNotContain(honest, one => one is GovernanceEvent.Unexplained);
        Assert.Equal(3, honest.OfType<GovernanceEvent.Decided>().Count(one => one.Request.Type == RequestType.Ballot));

        // The service signs whatever it writes.
        var lie = new WriteSet();
        lie.Put(TableNames.Constitution, TableNames.SingleKey, "\"export const mine = true\""u8.ToArray());
        var done = await _ledger.Host.Ledger.Governance.DecideAsync(
            SignedRequest.Read(first.Sign(RequestType.Ballot, "")), _ => new Decision.Granted(lie), TestContext.Current.CancellationToken);
        var found = Assert.Single((await ReplayAsync()).OfType<GovernanceEvent.Unexplained>());
        Assert.Equal(done.Id, found.Id);
        Assert.Contains("constitution", found.Reason, StringComparison.Ordinal);
    }

    private static async Task DecideAsync(Governor proposer, string text, params Governor[] others)
    {
        var id = (await proposer.ProposeAsync(text)).AssertOk().Json.GetProperty("proposalId").GetString()!;
        var last = (await proposer.VoteAsync(id, inFavour: true)).AssertOk();
        foreach (var other in others) last = (await other.VoteAsync(id, inFavour: true)).AssertOk();
        Assert.Equal("Accepted", last.Json.GetProperty("proposalState").GetString());
    }

    private async Task<List<GovernanceEvent>> ReplayAsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        var directory = _ledger.PathOf("ledger");
        var report = await LedgerAuditor.AuditAsync(directory, new AuditOptions { IsBeingWritten = true }, cancel);
        var verified = Assert.IsType<AuditReport.Verified>(report);
        return [.. GovernanceAuditor.Replay(directory, verified.LastSigned, TimeProvider.System, cancel)];
    }
}
