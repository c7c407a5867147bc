using Stele.Etcd;
using Stele.Replication.Network;
using Stele.Tests.Etcd;

namespace Stele.Replication.Tests.Network;

/// <summary>The answer to a deletion or a compaction is lost: whether it was done is open, and it is tried again.</summary>
public sealed class LostAnswerTests
{
    private const int Bound = 2_000_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/v3/kv/deleterange")]
    [InlineData("/v3/kv/compaction")]
    public async Task A_trim_whose_answer_is_lost_is_tried_again_and_counts_once(string path)
    {
        await using var etcd = await EtcdCluster.StartAsync();
        await using var network = new TestNetwork(etcd, nodes: 1) { StoreBytesMax = Bound };
        await network.FoundAsync();
        var way = network.Nodes[0].Way;
        for (var round = 0; round < 2; round++)
        {
            way.LosesAnswerTo = path;
            // More than etcd may hold: the last of it is only taken once the first is trimmed, and counted as such.
            for (var i = 0; i < 12; i++) await network.PutAsync($"key {i}", new string('x', Bound / 10), untilCommitted: false);
            Assert.Null(way.LosesAnswerTo);
        }
        using var client = network.Client();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await client.RangeAsync(Batches(), patience.Token)).KeyValues.Count > 1) await Task.Delay(50, patience.Token);
        await network.PutAsync("after", "all");
        await network.AgreeAsync();
    }

    [Fact]
    public void What_is_gone_is_taken_off_once()
    {
        var held = new BatchesHeld();
        for (var first = 1; first <= 4; first++) held.Add(new SeqNo(first), 1000);
        var one = held.Bytes / 4;
        Assert.Null(held.FirstNeeded(SeqNo.None));
        Assert.Equal(new SeqNo(3), held.FirstNeeded(new SeqNo(2)));
        for (var i = 0; i < 2; i++) held.Gone(new SeqNo(3));
        Assert.Equal(2 * one, held.Bytes);
        Assert.Equal(new SeqNo(4), held.FirstNeeded(new SeqNo(9)));
        held.Gone(new SeqNo(4));
        Assert.Null(held.FirstNeeded(new SeqNo(9)));
        Assert.Equal(one, held.Bytes);
    }

    private static RangeQuery Batches() => new(new StoreKeys("network").BatchesFrom(SeqNo.First)) { KeysOnly = true };
}
