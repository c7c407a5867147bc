namespace Stele.Etcd.Tests;

/// <summary>Transactions compare and do, on a real etcd.</summary>
public sealed class TransactionTests(OneMember etcd) : IClassFixture<OneMember>
{
    private readonly byte[] _key = etcd.NewKey();
    private readonly byte[] _other = etcd.NewKey();

    [Fact]
    public async Task Each_comparison_tells_true_from_false()
    {
        var created = await etcd.Client.PutAsync(new(_key, new byte[] { 1 }), Cancel.Token);
        var changed = await etcd.Client.PutAsync(new(_key, new byte[] { 0, 255 }), Cancel.Token);

        (EtcdCompare Compare, bool Holds)[] all =
        [
            (new EtcdCompare.CreateRevisionIs(_key, created.Revision), true),
            (new EtcdCompare.CreateRevisionIs(_key, changed.Revision), false),
            (new EtcdCompare.ModRevisionIs(_key, changed.Revision), true),
            (new EtcdCompare.ModRevisionIs(_key, created.Revision), false),
            (new EtcdCompare.VersionIs(_key, 2), true),
            (new EtcdCompare.VersionIs(_key, 1), false),
            (new EtcdCompare.VersionIsAbove(_key, 1), true),
            (new EtcdCompare.VersionIsAbove(_key, 2), false),
            (new EtcdCompare.VersionIsAbove(_other, 0), false),
            (new EtcdCompare.ValueIs(_key, new byte[] { 0, 255 }), true),
            (new EtcdCompare.ValueIs(_key, new byte[] { 0, 254 }), false),
            (EtcdCompare.Absent(_other), true),
            (EtcdCompare.Absent(_key), false),
        ];
        foreach (var (compare, holds) in all)
        {
            var result = await etcd.Client.TransactAsync(new() { If = [compare] }, Cancel.Token);
            Assert.True(result.Succeeded == holds, $"{compare}");
        }
    }

    [Fact]
    public async Task All_comparisons_must_hold()
    {
        await etcd.Client.PutAsync(new(_key, default), Cancel.Token);

        var result = await etcd.Client.TransactAsync(
            new()
            {
                If = [EtcdCompare.Absent(_other), EtcdCompare.Absent(_key)],
                Then = [new EtcdOperation.Put(_other, default)],
            },
            Cancel.Token);

        Assert.False(result.Succeeded);
        Assert.Empty(result.Results);
        Assert.Equal(0, (await etcd.Client.RangeAsync(new(KeyRange.One(_other)), Cancel.Token)).Count);
    }

    [Fact]
    public async Task Either_part_does_each_kind_of_operation_in_one_revision()
    {
        foreach (var absent in new[] { true, false })
        {
            await etcd.Client.PutAsync(new(_other, new byte[] { 1 }), Cancel.Token);
            EtcdOperation[] operations =
            [
                new EtcdOperation.Put(_key, new byte[] { 5 }),
                new EtcdOperation.Range(new(KeyRange.One(_other))),
                new EtcdOperation.Delete(KeyRange.One(_other)),
            ];
            var transaction = absent
                ? new EtcdTransaction { If = [EtcdCompare.Absent(_key)], Then = operations }
                : new EtcdTransaction { If = [EtcdCompare.Absent(_key)], Else = operations };

            var result = await etcd.Client.TransactAsync(transaction, Cancel.Token);

            Assert.Equal(absent, result.Succeeded);
            Assert.Equal(new PutResult(result.Revision), result.Results[0]);
            Assert.Equal([1], Assert.Single(Assert.IsType<RangeResult>(result.Results[1]).KeyValues).Value.ToArray());
            Assert.Equal(new DeleteResult(result.Revision, 1), result.Results[2]);
            var put = Assert.Single((await etcd.Client.RangeAsync(new(KeyRange.One(_key)), Cancel.Token)).KeyValues);
            Assert.Equal((result.Revision, 5), (put.ModRevision, put.Value.Span[0]));
        }
    }

    [Fact]
    public async Task A_deposed_owner_cannot_write()
    {
        var election = etcd.NewKey();
        var first = await CampaignAsync(election);
        Assert.True((await WriteAsync(election, first, 1)).Succeeded);

        // Its lease goes, and with it the key; another campaigns. The first one does not know it yet.
        await etcd.Client.RevokeLeaseAsync(first.Lease, Cancel.Token);
        var second = await CampaignAsync(election);

        Assert.False((await WriteAsync(election, first, 2)).Succeeded);
        Assert.True((await WriteAsync(election, second, 3)).Succeeded);
        var written = await etcd.Client.RangeAsync(new(KeyRange.Prefix(_key)), Cancel.Token);
        Assert.Equal([1, 3], written.KeyValues.Select(one => one.Key.Span[^1]));
    }

    [Fact]
    public async Task Of_many_who_campaign_at_once_one_wins()
    {
        var election = etcd.NewKey();
        var campaigns = Enumerable.Range(0, 16).Select(_ => etcd.Client.TransactAsync(
            new() { If = [EtcdCompare.Absent(election)], Then = [new EtcdOperation.Put(election, default)] }, Cancel.Token));

        Assert.Single(await Task.WhenAll(campaigns), result => result.Succeeded);
    }

    private async Task<(LeaseId Lease, long Revision)> CampaignAsync(byte[] election)
    {
        var lease = (await etcd.Client.GrantLeaseAsync(TimeSpan.FromSeconds(60), Cancel.Token)).Id;
        var result = await etcd.Client.TransactAsync(
            new() { If = [EtcdCompare.Absent(election)], Then = [new EtcdOperation.Put(election, default, lease)] },
            Cancel.Token);
        Assert.True(result.Succeeded);
        return (lease, result.Revision);
    }

    private Task<TransactionResult> WriteAsync(byte[] election, (LeaseId Lease, long Revision) owner, byte number) =>
        etcd.Client.TransactAsync(
            new()
            {
                If = [new EtcdCompare.CreateRevisionIs(election, owner.Revision), EtcdCompare.Absent(Numbered(number))],
                Then = [new EtcdOperation.Put(Numbered(number), default)],
            },
            Cancel.Token);

    private byte[] Numbered(byte number) => [.. _key, number];
}
