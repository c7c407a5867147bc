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
        Assert.Equal((put.Revision, 1L, false), (range.Revision, range.Count, range.More));
    }
}
