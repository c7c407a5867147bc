using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography.Certificates;
using Stele.Governance.Audit;
using Stele.Ledger.Audit;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Governing;

/// <summary>Members renew the certificate of a ledger's only node, which founded it.</summary>
public sealed class VotedCertificateTests : IAsyncLifetime
{
    private readonly LedgerFixture _ledger = new();
    private Governor _member = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private string CertificateFile => _ledger.PathOf("node_cert.pem");

    public async ValueTask InitializeAsync()
    {
        await _ledger.InitializeAsync();
        _member = _ledger.FirstMember();
    }

    public async ValueTask DisposeAsync()
    {
        _member.Dispose();
        await _ledger.DisposeAsync();
    }

    [Fact]
    public async Task A_vote_renews_it_while_the_node_runs_and_a_restart_keeps_it()
    {
        await using var old = await RawConnection.OpenAsync(_ledger.Host.LedgerUri.Port);
        var first = old.Server.RawData;
        var before = await _ledger.Contributor.AppendAsync("before");
        Assert.Equal(first, await Renewal.ProvenByAsync(_ledger.Reader, before, _ledger.Service));

        var from = Now;
        await VoteAsync(from, days: 30);
        var second = await Renewal.ShownAsync(_ledger.Host, _ledger.Service, Renewal.End(from, 30));
        Assert.NotEqual(first, second);
        await old.SendAsync("GET /node/state HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.Equal(200, (await old.ReadAnswerAsync()).Status);
        Assert.Equal(first, old.Server.RawData);
        var after = await _ledger.Contributor.AppendAsync("after");
        Assert.Equal(second, await Renewal.ProvenByAsync(_ledger.Reader, after, _ledger.Service));
        Assert.Equal(first, await Renewal.ProvenByAsync(_ledger.Reader, before, _ledger.Service));
        Assert.Equal(_ledger.Host.Ledger.NodeCertificate(_ledger.Host.Ledger.NodeId), await File.ReadAllTextAsync(CertificateFile, Cancel));

        await _ledger.RestartAsync();
        Assert.Equal(second, await Renewal.ShownAsync(_ledger.Host, _ledger.Service, Renewal.End(from, 30)));
        using var reader = _ledger.CallerWith(_ledger.Reader.Certificate);
        Assert.Equal(first, await Renewal.ProvenByAsync(reader, before, _ledger.Service));
        Assert.Equal(second, await Renewal.ProvenByAsync(reader, after, _ledger.Service));
        await AssertExplainedAsync();
    }

    [Fact]
    public async Task A_node_that_ended_before_it_kept_the_new_one_keeps_it_when_it_starts()
    {
        var first = await File.ReadAllBytesAsync(CertificateFile, Cancel);
        var from = Now;
        await VoteAsync(from, days: 60);
        var second = await Renewal.ShownAsync(_ledger.Host, _ledger.Service, Renewal.End(from, 60));
        await _ledger.RestartAsync(() => File.WriteAllBytes(CertificateFile, first));
        Assert.Equal(second, await Renewal.ShownAsync(_ledger.Host, _ledger.Service, Renewal.End(from, 60)));
    }

    [Fact]
    public async Task One_that_does_not_count_yet_is_shown_when_it_does()
    {
        // It begins five minutes before, for clocks that are behind.
        var from = Now + CertificateAuthority.ClockSkew + TimeSpan.FromSeconds(3);
        await VoteAsync(from, days: 10);
        var shown = await Renewal.ShownAsync(_ledger.Host, _ledger.Service, Renewal.End(from, 10));
        using var certificate = X509CertificateLoader.LoadCertificate(shown);
        Assert.True(Now.UtcDateTime >= certificate.NotBefore.ToUniversalTime(), "It is shown before it counts.");
    }

    [Fact]
    public async Task One_that_would_count_too_long_is_refused_and_the_old_one_stays()
    {
        var first = await File.ReadAllTextAsync(CertificateFile, Cancel);
        await _member.DecideAsync("set_service_configuration", new { maximum_node_certificate_validity_days = 90 });
        var tooLong = new { node_id = _ledger.Host.Ledger.NodeId, valid_from = Renewal.Text(Now), validity_period_days = 91 };
        var proposal = (await _member.ProposeAsync(Governor.Action("set_node_certificate_validity", tooLong))).AssertOk();
        var decided = (await _member.VoteAsync(proposal.Json.GetProperty("proposalId").GetString()!, inFavour: true)).AssertOk();
        Assert.Equal("Failed", decided.Json.GetProperty("proposalState").GetString());
        Assert.Contains("at most 90 days", decided.Text, StringComparison.Ordinal);
        Assert.Equal(first, _ledger.Host.Ledger.NodeCertificate(_ledger.Host.Ledger.NodeId));
        Assert.Equal(first, await File.ReadAllTextAsync(CertificateFile, Cancel));
    }

    private Task VoteAsync(DateTimeOffset from, int days) => _member.DecideAsync(
        "set_node_certificate_validity",
        new { node_id = _ledger.Host.Ledger.NodeId, valid_from = Renewal.Text(from), validity_period_days = days });

    private async Task AssertExplainedAsync()
    {
        var report = await LedgerAuditor.AuditAsync(_ledger.PathOf("ledger"), new AuditOptions { IsBeingWritten = true }, Cancel);
        var verified = Assert.IsType<AuditReport.Verified>(report);
        var events = GovernanceAuditor.Replay(_ledger.PathOf("ledger"), verified.LastSigned, TimeProvider.System, Cancel).ToList();
        Assert.NotEmpty(events);
        Assert.DoesNotContain(events, one => one is GovernanceEvent.Unexplained);
    }
}
