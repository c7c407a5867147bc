using System.Net;
using Stele.Governance;
using Stele.Governance.Requests;
using Stele.Server.Tests.Support;
using static Stele.Server.Tests.Support.Governor;

namespace Stele.Server.Tests.Governing;

/// <summary>Nobody alone stops the members of a running ledger from deciding, and nobody writes with what they signed.</summary>
public sealed class FairnessTests : IAsyncLifetime
{
    private const int Connections = 8;
    private readonly LedgerFixture _ledger = new();
    private Governor _first = null!;

    public async ValueTask InitializeAsync()
    {
        await _ledger.InitializeAsync();
        _first = _ledger.FirstMember();
    }

    public async ValueTask DisposeAsync()
    {
        _first.Dispose();
        await _ledger.DisposeAsync();
    }

    [Fact]
    public async Task Administrators_who_change_users_all_the_time_stop_no_vote()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var changes = 0;
        var busy = Enumerable.Range(0, Connections).Select(ChangeAsync).ToList();
        await Renewal.UntilAsync(() => Volatile.Read(ref changes) > Connections);
        for (var i = 0; i < 3; i++)
        {
            await _first.DecideAsync("set_user_roles", new { user_id = $"someone {i}", roles = new[] { "Reader" } });
        }
        await stop.CancelAsync();
        await Task.WhenAll(busy);

        async Task ChangeAsync(int connection)
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var role = i % 2 == 0 ? "Reader" : "Contributor";
                var reply = await _ledger.Administrator.SendAsync(
                    "PATCH", $"/app/ledgerUsers/busy{connection}?api-version=2024-12-09-preview",
                    $$"""{"assignedRoles":["{{role}}"]}""", "application/merge-patch+json");
                reply.AssertOk();
                Interlocked.Increment(ref changes);
            }
        }
    }

    [Fact]
    public async Task A_request_that_somebody_sends_again_writes_nothing()
    {
        var update = _first.Sign(RequestType.StateDigest, "");
        var told = (await _first.PostAsync($"members/state-digests/{_first.Id}:update", update)).AssertOk();
        var digest = told.Json.GetProperty("stateDigest").GetString();
        var ack = _first.Sign(RequestType.Ack, $$"""{"stateDigest":"{{digest}}"}""");
        Assert.Equal(HttpStatusCode.NoContent, (await _first.PostAsync($"members/state-digests/{_first.Id}:ack", ack)).Status);
        var before = LastAcknowledged();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.NoContent, (await _first.PostAsync($"members/state-digests/{_first.Id}:ack", ack)).Status);
            var again = (await _first.PostAsync($"members/state-digests/{_first.Id}:update", update)).AssertOk();
            Assert.Equal(digest, again.Json.GetProperty("stateDigest").GetString());
        }
        Assert.Equal(before, LastAcknowledged());
    }

    [Fact]
    public async Task What_is_dated_a_little_ahead_waits_until_the_nodes_clock_is_there()
    {
        var at = Second() + 3;
        (await _first.ProposeAsync(Action("trigger_snapshot", new { }), at)).AssertOk();
        Assert.True(Second() >= at);
        (await _first.ProposeAsync(Action("trigger_snapshot", new { }))).AssertOk();
    }

    [Fact]
    public async Task Another_method_is_told_which_there_are()
    {
        const string path = "/gov/members/proposals?api-version=2024-07-01";
        var refused = await _ledger.WithoutCertificate.SendAsync("DELETE", path);
        refused.AssertError(HttpStatusCode.MethodNotAllowed, "UnsupportedHttpVerb", "GET and changed by POST");
        Assert.Equal(HttpStatusCode.OK, (await _ledger.WithoutCertificate.SendAsync("HEAD", path)).Status);
    }

    private SeqNo LastAcknowledged() =>
        _ledger.Host.Ledger.Tables.All.Single(table => table.Name == GovernanceTables.MemberAcks).Version;
}
