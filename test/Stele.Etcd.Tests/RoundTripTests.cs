namespace Stele.Etcd.Tests;

/// <summary>Each kind of request has its effect, read back from a real etcd.</summary>
public sealed class RoundTripTests(OneMember etcd) : IClassFixture<OneMember>
{
    private readonly byte[] _key = etcd.NewKey();

    [Fact]
    public async Task Any_bytes_are_a_key_and_a_value()
    {
        byte[] key = [.. _key, .. Enumerable.Range(0, 256).Select(value => (byte)value)];
        var value = Enumerable.Range(0, 1000).Select(index => (byte)(index * 7)).ToArray();

        var put = await etcd.Client.PutAsync(new(key, value), Cancel.Token);
        var range = await etcd.Client.RangeAsync(new(KeyRange.One(key)), Cancel.Token);

        var read = Assert.Single(range.KeyValues);
        Assert.Equal(key, read.Key.ToArray());
        Assert.Equal(value, read.Value.ToArray());
        Assert.Equal((put.Revision, put.Revision, 1L), (read.CreateRevision, read.ModRevision, read.Version));
        Assert.Null(read.Lease);
        Assert.Equal((1L, false), (range.Count, range.More));
        Assert.True(range.Revision >= put.Revision);
    }

    [Fact]
    public async Task A_key_that_is_not_there_is_read_as_nothing()
    {
        var range = await etcd.Client.RangeAsync(new(KeyRange.One(_key)), Cancel.Token);

        Assert.Empty(range.KeyValues);
        Assert.Equal((0L, false), (range.Count, range.More));
    }

    [Fact]
    public async Task A_megabyte_comes_back_as_it_was()
    {
        var value = new byte[1_000_000];
        Random.Shared.NextBytes(value);

        await etcd.Client.PutAsync(new(_key, value), Cancel.Token);

        Assert.Equal(value, await ValueAsync(_key));
    }

    [Fact]
    public async Task A_prefix_has_its_keys_in_order_and_a_limit_says_that_there_are_more()
    {
        foreach (var last in new byte[] { 2, 255, 0, 1 })
            await etcd.Client.PutAsync(new(Key(last), new[] { last }), Cancel.Token);

        var all = await etcd.Client.RangeAsync(new(KeyRange.Prefix(_key)), Cancel.Token);
        var some = await etcd.Client.RangeAsync(new(KeyRange.Prefix(_key)) { Limit = 3 }, Cancel.Token);
        var between = await etcd.Client.RangeAsync(new(KeyRange.Between(Key(1), Key(255))), Cancel.Token);

        Assert.Equal([0, 1, 2, 255], Values(all));
        Assert.Equal((4L, false), (all.Count, all.More));
        Assert.Equal([0, 1, 2], Values(some));
        Assert.Equal((4L, true), (some.Count, some.More));
        Assert.Equal([1, 2], Values(between));
    }

    [Fact]
    public async Task Keys_only_and_counts_only()
    {
        await etcd.Client.PutAsync(new(Key(1), new byte[] { 9 }), Cancel.Token);

        var keys = await etcd.Client.RangeAsync(new(KeyRange.Prefix(_key)) { KeysOnly = true }, Cancel.Token);
        var count = await etcd.Client.RangeAsync(new(KeyRange.Prefix(_key)) { CountOnly = true }, Cancel.Token);

        Assert.Equal(Key(1), Assert.Single(keys.KeyValues).Key.ToArray());
        Assert.Equal(0, keys.KeyValues[0].Value.Length);
        Assert.Empty(count.KeyValues);
        Assert.Equal(1, count.Count);
    }

    [Fact]
    public async Task The_past_is_read_until_it_is_compacted_and_the_future_never()
    {
        var first = await etcd.Client.PutAsync(new(_key, new byte[] { 1 }), Cancel.Token);
        var second = await etcd.Client.PutAsync(new(_key, new byte[] { 2 }), Cancel.Token);
        var past = await etcd.Client.RangeAsync(new(KeyRange.One(_key)) { Revision = first.Revision }, Cancel.Token);
        await etcd.Client.CompactAsync(second.Revision, physical: true, Cancel.Token);

        Assert.Equal([1], Values(past));
        Assert.Equal([2], await ValueAsync(_key));
        await RefusedAsync(
            EtcdError.Compacted,
            etcd.Client.RangeAsync(new(KeyRange.One(_key)) { Revision = first.Revision }, Cancel.Token));
        await RefusedAsync(EtcdError.Compacted, etcd.Client.CompactAsync(first.Revision, physical: false, Cancel.Token));
        await RefusedAsync(
            EtcdError.FutureRevision,
            etcd.Client.RangeAsync(new(KeyRange.One(_key)) { Revision = second.Revision + 1_000_000 }, Cancel.Token));
    }

    [Fact]
    public async Task Deleting_says_how_many()
    {
        await etcd.Client.PutAsync(new(Key(1), default), Cancel.Token);
        await etcd.Client.PutAsync(new(Key(2), default), Cancel.Token);
        await etcd.Client.PutAsync(new(Key(3), default), Cancel.Token);

        Assert.Equal(2, (await etcd.Client.DeleteRangeAsync(KeyRange.Between(Key(1), Key(3)), Cancel.Token)).Deleted);
        Assert.Equal(1, (await etcd.Client.DeleteRangeAsync(KeyRange.Prefix(_key), Cancel.Token)).Deleted);
        Assert.Equal(0, (await etcd.Client.DeleteRangeAsync(KeyRange.Prefix(_key), Cancel.Token)).Deleted);
    }

    [Fact]
    public async Task Members_and_their_state()
    {
        var member = Assert.Single(await etcd.Client.MembersAsync(Cancel.Token));
        var status = await etcd.Client.StatusAsync(etcd.Address, Cancel.Token);

        Assert.Equal((member.Id, member.Id), (status.Id, status.Leader));
        Assert.Equal(("member0", false), (member.Name, member.IsLearner));
        Assert.Equal(etcd.Address, new Uri(Assert.Single(member.ClientAddresses)));
        Assert.StartsWith("3.", status.Version, StringComparison.Ordinal);
        Assert.InRange(status.DatabaseBytesInUse, 1, status.DatabaseBytes);
        Assert.True(status.RaftTerm > 0);
        Assert.Empty(status.Errors);
        Assert.Empty(await etcd.Client.AlarmsAsync(Cancel.Token));
        await etcd.Client.CheckVersionAsync(Cancel.Token);
    }

    [Theory]
    [InlineData(1_600_000)] // above etcd's own limit
    [InlineData(3_000_000)] // above gRPC's too
    public async Task A_value_too_large_is_refused_as_that(int size)
    {
        await RefusedAsync(EtcdError.RequestTooLarge, etcd.Client.PutAsync(new(_key, new byte[size]), Cancel.Token));
        Assert.Empty(await ValueAsync(_key));
    }

    [Fact]
    public async Task A_malformed_transaction_is_refused_as_that()
    {
        var twice = new EtcdOperation.Put(_key, default);
        var many = Enumerable.Range(0, 129).Select(number => new EtcdOperation.Put(Key((byte)number), default));

        await RefusedAsync(EtcdError.InvalidRequest, etcd.Client.TransactAsync(new() { Then = [twice, twice] }, Cancel.Token));
        await RefusedAsync(EtcdError.InvalidRequest, etcd.Client.TransactAsync(new() { Then = [.. many] }, Cancel.Token));
    }

    private static byte[] Values(RangeResult range) => [.. range.KeyValues.SelectMany(one => one.Value.ToArray())];

    private static async Task RefusedAsync(EtcdError error, Task call) =>
        Assert.Equal(error, (await Assert.ThrowsAsync<EtcdException>(() => call)).Error);

    private byte[] Key(byte last) => [.. _key, last];

    private async Task<byte[]> ValueAsync(byte[] key) =>
        [.. (await etcd.Client.RangeAsync(new(KeyRange.One(key)), Cancel.Token)).KeyValues.SelectMany(one => one.Value.ToArray())];
}
