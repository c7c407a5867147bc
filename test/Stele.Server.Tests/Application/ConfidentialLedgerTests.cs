using Stele.Governance.Nodes;
using Stele.Ledger.Audit;
using Stele.Receipts;
using Stele.Replication;
using Stele.Server.Application;
using Stele.Server.Home;
using Stele.Server.Hosting;

namespace Stele.Server.Tests.Application;

public sealed class ConfidentialLedgerTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_entry_is_committed_proven_and_found_again_after_a_restart(bool publicLedger)
    {
        TransactionId id;
        await using (var ledger = await OpenAsync(publicLedger))
        {
            id = await ledger.AppendAsync(CollectionId.Default, "hello", ["a", "b"], waitForCommit: true);
            Assert.Equal(TransactionStatus.Committed, ledger.StatusOf(id));
            Check(ledger, id, "hello");
            Assert.Equal(["a", "b"], ledger.Tags(CollectionId.Default));
        }

        await using (var again = await OpenAsync(publicLedger))
        {
            Check(again, id, "hello");
            var next = await again.AppendAsync(CollectionId.Default, "again", [], waitForCommit: true);
            Assert.True(next.View > id.View);
            Check(again, next, "again");
            Assert.Equal(2, again.List(CollectionId.Default, null, null, null).Entries.Count);
            Assert.Single(again.List(CollectionId.Default, null, null, "b").Entries);
        }

        var files = Path.Combine(_directory, "ledger");
        var report = await LedgerAuditor.AuditAsync(files, new AuditOptions(), CancellationToken.None);
        var verified = Assert.IsType<AuditReport.Verified>(report);
        Assert.Equal(0, verified.Uncovered);
    }

    private void Check(ConfidentialLedger ledger, TransactionId id, string contents)
    {
        Assert.Equal(contents, ledger.EntryAt(id, CollectionId.Default)?.Contents);
        var proven = ledger.ReceiptOf(id)!;
        using var home = LedgerHome.OpenOrCreate(_directory, [], TimeProvider.System);
        var verdict = ReceiptVerifier.Verify(proven.Receipt, home.ServiceCertificate, proven.Claims);
        Assert.True(verdict.IsVerified, verdict.ToString());
        var claim = Assert.IsType<ApplicationClaim.LedgerEntry>(Assert.Single(proven.Claims));
        Assert.Equal(contents, claim.Contents);
    }

    private Task<ConfidentialLedger> OpenAsync(bool publicLedger)
    {
        var home = LedgerHome.OpenOrCreate(_directory, [], TimeProvider.System);
        return ConfidentialLedger.OpenAsync(
            home, NodeEvidence.Virtual(home.NodeKey.KeyId),
            new LedgerHostOptions { DataDirectory = _directory, PublicLedger = publicLedger }, new LedgerNotices(),
            TimeProvider.System, CancellationToken.None);
    }
}
