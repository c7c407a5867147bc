using System.Text;
using Stele.Ledger.Audit;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Tables;
using Stele.Receipts;

namespace Stele.Replication.Tests;

/// <summary>A start that goes on from a snapshot, beside one that reads everything.</summary>
public sealed class SnapshotStartTests(LedgerOfSnapshots filled) : IClassFixture<LedgerOfSnapshots>, IDisposable
{
    private const int Records = LedgerOfSnapshots.Records;

    private readonly SmallLedger _ledger = filled.Ledger.Copy();

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public async Task It_reads_only_what_is_behind_and_says_all_that_a_whole_reading_says()
    {
        Assert.InRange(Directory.GetFiles(_ledger.SnapshotDirectory).Length, 1, 2);
        var whole = await SeeAsync(readsAll: true);
        Assert.Equal(SeqNo.None, whole.Start);
        for (var start = 0; start < 3; start++)
        {
            var seen = await SeeAsync(readsAll: false);
            Assert.True(seen.Start.Value > Records / 2, $"it went on from {seen.Start}");
            Assert.Equal(whole.Rows, seen.Rows.Take(whole.Rows.Count));
        }
        Assert.IsType<AuditReport.Verified>(await LedgerAuditor.AuditAsync(
            _ledger.Files, new AuditOptions { Head = LedgerHead.Read(_ledger.HeadFile) }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task It_starts_behind_a_kill_at_any_moment()
    {
        await using var running = _ledger.Open(chunkBytes: 20_000);
        for (var kill = 0; kill < 15; kill++)
        {
            var writes = Enumerable.Range(0, 70)
                .Select(i => running.SubmitAsync(new Put($"kill {kill} {i}", "x"), untilCommitted: true)).ToList();
            await Task.WhenAll(writes.Take(kill * 4));
            // What the disk holds now, in the order in which a node writes it: the head is never newer than the files.
            using var copy = _ledger.Copy();
            await Task.WhenAll(writes);
            await using var again = copy.Open();
            Assert.True(again.Start.Snapshot.Value > Records / 2, $"it went on from {again.Start.Snapshot}");
            foreach (var outcome in (await Task.WhenAll(writes)).Take(kill * 4))
                Assert.Equal(outcome.Id, again.Read(outcome.Id.SeqNo)!.Id);
            await again.SubmitAsync(new Put("after", "x"), untilCommitted: true);
        }
    }

    [Fact]
    public async Task Receipts_of_any_entry_verify_after_it()
    {
        await using var node = _ledger.Open();
        await AssertReceiptsAsync(node);
    }

    [Fact]
    public async Task Indexes_that_are_gone_are_made_again_and_all_is_answered_as_before()
    {
        Directory.Delete(_ledger.IndexDirectory, recursive: true);
        await using var node = _ledger.Open();
        await AssertReceiptsAsync(node);
        while (node.MissingFromIndexes > 0) await Task.Delay(5, TestContext.Current.CancellationToken);
        await AssertReceiptsAsync(node);
    }

    [Fact]
    public async Task A_snapshot_that_was_altered_is_passed_over()
    {
        foreach (var file in Directory.GetFiles(_ledger.SnapshotDirectory))
        {
            var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            bytes[bytes.Length / 3] ^= 4;
            await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        }
        await using var node = _ledger.Open();
        Assert.Equal(SeqNo.None, node.Start.Snapshot);
        Assert.NotEmpty(node.Start.Skipped);
        await AssertReceiptsAsync(node);
    }

    [Fact]
    public async Task Snapshots_of_a_history_that_was_given_up_are_never_gone_on_from()
    {
        var snapshots = Directory.GetFiles(_ledger.SnapshotDirectory).ToDictionary(file => file, File.ReadAllBytes, StringComparer.Ordinal);
        // The ledger's end is lost, what is left is accepted, and it grows past where the lost part ended.
        foreach (var chunk in LedgerDirectory.Chunks(_ledger.Files).Skip(2)) File.Delete(chunk.Path);
        await using (var shorter = _ledger.Open(chunkBytes: 20_000, acceptEnd: true))
        {
            Assert.True(shorter.Position.SeqNo.Value < 600);
            await shorter.SubmitAsync(new Put("first of another history", "x"), untilCommitted: true);
        }
        Assert.Empty(Directory.GetFiles(_ledger.SnapshotDirectory));
        await LedgerOfSnapshots.FillOnAsync(_ledger);
        foreach (var file in Directory.GetFiles(_ledger.SnapshotDirectory)) File.Delete(file);
        foreach (var (file, bytes) in snapshots) await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        for (var start = 0; start < 2; start++)
        {
            await using var node = _ledger.Open();
            Assert.Equal(start == 0 ? snapshots.Count : 0, node.Start.Skipped.Count(skipped => skipped.IsOfAnotherLedger));
            await AssertReceiptsAsync(node);
        }
        Assert.DoesNotContain(Directory.GetFiles(_ledger.SnapshotDirectory), snapshots.ContainsKey);
    }

    [Fact]
    public async Task An_entry_that_was_altered_on_the_disk_is_never_answered_and_no_start_takes_it()
    {
        await using (var node = _ledger.Open())
        {
            var file = Directory.GetFiles(_ledger.Files, "ledger_1-*").Single();
            var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            bytes[^2000] ^= 1;
            await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
            var refused = 0;
            for (var seqno = SeqNo.First; seqno <= new SeqNo(Records / 2); seqno = seqno.Next)
            {
                try
                {
                    Assert.Equal(seqno, node.Read(seqno)!.Id.SeqNo);
                }
                catch (LedgerCorruptException)
                {
                    refused++;
                }
            }
            Assert.Equal(1, refused);
        }
        Assert.Throws<LedgerCorruptException>(() => _ledger.Open(readsAll: true));
        // The indexes of a small ledger are made again at each start, so that one finds it too.
        Assert.Throws<LedgerCorruptException>(() => _ledger.Open());
    }

    private async Task<(SeqNo Start, List<string> Rows)> SeeAsync(bool readsAll)
    {
        await using var node = _ledger.Open(readsAll: readsAll);
        return (node.Start.Snapshot, [.. node.Tables.All.OrderBy(table => table.Name.Value, StringComparer.Ordinal).SelectMany(Rows)]);
    }

    // Of the evidence of snapshots there is one more row version after each start that takes one.
    private static IEnumerable<string> Rows(LedgerTable table) =>
        from row in table.Rows
        where table.Name != TableNames.SnapshotEvidence
        select $"{table.Name} {Convert.ToHexString(row.Key.Span)} {row.Value.Version} {Encoding.UTF8.GetString(row.Value.Value.Span)}";

    private async Task AssertReceiptsAsync(LedgerNode node)
    {
        var last = (await node.SubmitAsync(new Put("last", "x"), untilCommitted: true)).Id;
        for (var seqno = SeqNo.First; seqno <= last.SeqNo; seqno = new SeqNo(seqno.Value + 37))
        {
            var receipt = node.ReceiptOf(node.Read(seqno)!);
            Assert.True(ReceiptVerifier.Verify(receipt!, _ledger.Service).IsVerified, $"the receipt of {seqno}");
        }
    }
}
