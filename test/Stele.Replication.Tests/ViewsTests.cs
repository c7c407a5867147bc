namespace Stele.Replication.Tests;

/// <summary>Which view wrote an entry is known without reading it.</summary>
public sealed class ViewsTests
{
    [Fact]
    public async Task Each_entry_is_found_in_the_view_that_wrote_it_and_in_no_other()
    {
        using var ledger = new SmallLedger { SnapshotEntries = 10 };
        await ledger.FillAsync(records: 3);
        for (var start = 0; start < 3; start++)
        {
            await using var node = ledger.Open();
            for (var i = 0; i < 5; i++) await node.SubmitAsync(new Put($"key {start}", $"value {i}"), untilCommitted: true);
        }
        foreach (var readsAll in (bool[])[false, true])
        {
            await using var node = ledger.Open(readsAll: readsAll);
            for (var seqno = new SeqNo(1); seqno <= node.Committed.SeqNo; seqno = seqno.Next)
            {
                var id = node.Read(seqno)!.Id;
                Assert.Equal(TransactionStatus.Committed, node.StatusOf(id));
                Assert.Equal(TransactionStatus.Invalid, node.StatusOf(id with { View = new View(id.View.Value + 1) }));
                if (id.View.Value > 1)
                    Assert.Equal(TransactionStatus.Invalid, node.StatusOf(id with { View = new View(id.View.Value - 1) }));
            }
            Assert.Equal(TransactionStatus.Unknown, node.StatusOf(new TransactionId(node.Committed.View, new SeqNo(1_000_000))));
        }
    }
}
