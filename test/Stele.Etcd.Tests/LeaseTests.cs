namespace Stele.Etcd.Tests;

/// <summary>Leases live, are renewed, and die with their keys, on a real etcd.</summary>
public sealed class LeaseTests(OneMember etcd) : IClassFixture<OneMember>
{
    private readonly byte[] _key = etcd.NewKey();

    [Fact]
    public async Task A_lease_is_granted_renewed_and_asked_about()
    {
        var lease = await etcd.Client.GrantLeaseAsync(TimeSpan.FromSeconds(59.5), Cancel.Token);

        var renewed = await etcd.Client.KeepAliveAsync(lease.Id, Cancel.Token);
        var life = await etcd.Client.TimeToLiveAsync(lease.Id, Cancel.Token);

        Assert.Equal(TimeSpan.FromSeconds(60), lease.TimeToLive);
        Assert.Equal(new LeaseLife.Alive(TimeSpan.FromSeconds(60)), renewed);
        Assert.InRange(Assert.IsType<LeaseLife.Alive>(life).Remaining, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_key_goes_with_its_lease()
    {
        var lease = await etcd.Client.GrantLeaseAsync(TimeSpan.FromMinutes(1), Cancel.Token);
        await etcd.Client.PutAsync(new(_key, default, lease.Id), Cancel.Token);
        var held = await etcd.Client.RangeAsync(new(KeyRange.One(_key)), Cancel.Token);

        await etcd.Client.RevokeLeaseAsync(lease.Id, Cancel.Token);

        Assert.Equal(lease.Id, Assert.Single(held.KeyValues).Lease);
        Assert.Equal(0, (await etcd.Client.RangeAsync(new(KeyRange.One(_key)), Cancel.Token)).Count);
    }

    [Fact]
    public async Task A_lease_that_nobody_renews_expires_and_its_key_is_deleted()
    {
        // Long enough for a slow machine to put the key while it lives.
        var lease = await etcd.Client.GrantLeaseAsync(TimeSpan.FromSeconds(5), Cancel.Token);
        var put = await etcd.Client.PutAsync(new(_key, default, lease.Id), Cancel.Token);

        await foreach (var update in etcd.Client.WatchAsync(KeyRange.One(_key), put.Revision + 1, Cancel.Token))
        {
            if (update is WatchUpdate.Events { Changes: [KeyEvent.Deleted deleted] })
            {
                Assert.Equal(_key, deleted.Key.ToArray());
                break;
            }
        }
        Assert.Equal(new LeaseLife.Gone(), await etcd.Client.KeepAliveAsync(lease.Id, Cancel.Token));
    }

    [Fact]
    public async Task A_lease_that_is_gone_is_told_as_that_by_every_call()
    {
        var lease = await etcd.Client.GrantLeaseAsync(TimeSpan.FromMinutes(1), Cancel.Token);
        await etcd.Client.RevokeLeaseAsync(lease.Id, Cancel.Token);

        Assert.Equal(new LeaseLife.Gone(), await etcd.Client.KeepAliveAsync(lease.Id, Cancel.Token));
        Assert.Equal(new LeaseLife.Gone(), await etcd.Client.TimeToLiveAsync(lease.Id, Cancel.Token));
        Task[] refused =
        [
            etcd.Client.RevokeLeaseAsync(lease.Id, Cancel.Token),
            etcd.Client.PutAsync(new(_key, default, lease.Id), Cancel.Token),
            etcd.Client.TransactAsync(new() { Then = [new EtcdOperation.Put(_key, default, lease.Id)] }, Cancel.Token),
        ];
        foreach (var call in refused)
            Assert.Equal(EtcdError.LeaseNotFound, (await Assert.ThrowsAsync<EtcdException>(() => call)).Error);
    }
}
