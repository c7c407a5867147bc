using System.Security.Cryptography.X509Certificates;
using System.Text;
using Stele.Ledger.Audit;
using Stele.Receipts;
using Stele.Server.Attestation;
using Stele.Server.Home;
using Stele.Server.Hosting;
using Stele.Server.Tests.Support;
using static Stele.Server.Tests.Support.Governor;

namespace Stele.Server.Tests.Governing;

/// <summary>A ledger gets another secret by vote, and stays one ledger: over restarts, snapshots, audits.</summary>
public sealed class RekeyTests : IAsyncLifetime
{
    private const int SnapshotEntries = 30;
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-rekey-").FullName;
    private readonly List<(TransactionId Id, string Contents)> _entries = [];
    private LedgerHost _host = null!;
    private Caller _caller = null!;
    private X509Certificate2 _service = null!;

    public async ValueTask InitializeAsync() => await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(3, 3, true)] // no snapshot
    [InlineData(40, 3, false)] // one before the rekey
    [InlineData(3, 40, false)] // one behind it
    public async Task Entries_of_both_secrets_are_read_and_proven_over_restarts(int before, int behind, bool readsAll)
    {
        await AppendAsync(before);
        await RekeyAsync();
        await AppendAsync(behind);
        await CheckAsync();
        await StopAsync();
        await StartAsync(options => options with { ReadsAll = readsAll });
        await CheckAsync();
        await AppendAsync(2);
        await RekeyAsync();
        await AppendAsync(2);
        await StopAsync();
        await StartAsync();
        await CheckAsync();
        await StopAsync();
        await AuditAsync();
    }

    [Fact]
    public async Task A_secret_that_was_not_kept_before_the_power_went_is_found_in_the_ledger()
    {
        var secrets = Path.Combine(_directory, "keys", "ledger-secret");
        var before = File.ReadAllBytes(secrets);
        await AppendAsync(3);
        await RekeyAsync();
        await AppendAsync(3);
        await StopAsync();
        File.WriteAllBytes(secrets, before);
        await StartAsync();
        await CheckAsync();
        Assert.True(new FileInfo(secrets).Length > before.Length);
    }

    [Fact]
    public async Task A_snapshot_is_taken_when_members_want_it()
    {
        await AppendAsync(2);
        using (var member = First(_caller, _directory))
            Assert.Equal("Accepted", await PassAsync(member, Action("trigger_snapshot", new { })));
        await AppendAsync(1);
        await WhenSnapshotAsync();
        await StopAsync();
        await StartAsync();
        Assert.True(_host.Ledger.Start.Snapshot > _entries[0].Id.SeqNo);
        await CheckAsync();
    }

    [Fact]
    public async Task A_file_ends_where_members_want_it()
    {
        await AppendAsync(3);
        var before = Closed();
        using var member = First(_caller, _directory);
        Assert.Equal("Accepted", await PassAsync(member, Action("trigger_ledger_chunk", new { })));
        await AppendAsync(2);
        Assert.Equal(before + 1, Closed());
        await StopAsync();
        await StartAsync();
        await CheckAsync();
        await StopAsync();
        await AuditAsync();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private int Closed() => Directory.GetFiles(Path.Combine(_directory, "ledger"), "*.committed").Length;

    private async Task StartAsync(Func<LedgerHostOptions, LedgerHostOptions>? change = null)
    {
        var options = new LedgerHostOptions
        {
            DataDirectory = _directory,
            Port = 0,
            IdentityPort = 0,
            SnapshotEntries = SnapshotEntries,
            StopsOnSignals = false,
            Platform = new PlatformOptions { AllowsVirtual = true },
        };
        _host = await LedgerHost.StartAsync(change?.Invoke(options) ?? options, Cancel);
        _service = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_directory, "service_cert.pem"));
        var administrator = X509Certificate2.CreateFromPemFile(Path.Combine(_directory, "administrator.pem"));
        _caller = new Caller(_host.LedgerUri, _service, administrator);
    }

    private async Task StopAsync()
    {
        _caller.Dispose();
        await _host.DisposeAsync();
    }

    private async Task RekeyAsync()
    {
        using var member = First(_caller, _directory);
        Assert.Equal("Accepted", await PassAsync(member, Action("trigger_ledger_rekey", new { })));
    }

    private static async Task<string?> PassAsync(Governor member, string proposal)
    {
        var id = (await member.ProposeAsync(proposal)).AssertOk().Json.GetProperty("proposalId").GetString()!;
        return (await member.VoteAsync(id, inFavour: true)).AssertOk().Json.GetProperty("proposalState").GetString();
    }

    private async Task AppendAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var contents = $"entry {_entries.Count}";
            _entries.Add((await _caller.AppendAsync(contents), contents));
        }
        await ReceiptAsync(_entries[^1].Id);
        if (count > SnapshotEntries) await WhenSnapshotAsync();
    }

    private Task WhenSnapshotAsync()
    {
        var snapshots = Path.Combine(_directory, "snapshots");
        return Until(() => Task.FromResult(Directory.Exists(snapshots) && Directory.EnumerateFiles(snapshots, "*.committed").Any()));
    }

    private async Task CheckAsync()
    {
        foreach (var (id, contents) in _entries)
        {
            var document = await ReceiptAsync(id);
            Assert.Equal(contents, Assert.IsType<ApplicationClaim.LedgerEntry>(Assert.Single(document.Claims)).Contents);
            var verdict = ReceiptVerifier.Verify(document.Receipt, _service, document.Claims);
            Assert.True(verdict.IsVerified, verdict.ToString());
        }
    }

    private async Task<ReceiptDocument> ReceiptAsync(TransactionId id)
    {
        Reply reply = null!;
        await Until(async () =>
        {
            reply = (await _caller.GetAsync($"/app/transactions/{id}/receipt?api-version=2022-05-13")).AssertOk();
            return reply.Json.GetProperty("state").GetString() == "Ready";
        });
        return ReceiptJson.Read(Encoding.UTF8.GetBytes(reply.Text));
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (!await condition()) await Task.Delay(20, patience.Token);
    }

    // With the node's secrets every seal is opened; an auditor without sees that nothing is missing or altered.
    private async Task AuditAsync()
    {
        using var home = LedgerHome.OpenOrCreate(_directory, [], TimeProvider.System);
        foreach (var secrets in new[] { home.LedgerSecrets.Known, null })
        {
            var report = await LedgerAuditor.AuditAsync(home.LedgerDirectory, new AuditOptions { Secrets = secrets }, Cancel);
            Assert.Equal(0, Assert.IsType<AuditReport.Verified>(report).Uncovered);
        }
    }
}
