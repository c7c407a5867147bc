using Stele.Tests.Etcd;

namespace Stele.Etcd.Tests;

/// <summary>A database that has reached its quota, and the way back.</summary>
public sealed class QuotaTests
{
    private static readonly byte[] Prefix = "full/"u8.ToArray();

    [Fact]
    public async Task A_full_database_says_so_and_comes_back()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { QuotaBytes = 16 << 20 });
        using var client = cluster.CreateClient();

        await FillAsync(client);

        // Nothing is taken any more, not even a lease; but for what makes room.
        await NoSpaceAsync(client.TransactAsync(new() { Then = [Put(0)] }, Cancel.Token));
        await NoSpaceAsync(client.GrantLeaseAsync(TimeSpan.FromMinutes(1), Cancel.Token));
        var alarm = Assert.Single(await client.AlarmsAsync(Cancel.Token));
        var member = Assert.Single(await client.MembersAsync(Cancel.Token));
        Assert.Equal(new Alarm(member.Id, AlarmKind.NoSpace), alarm);

        var deleted = await client.DeleteRangeAsync(KeyRange.Prefix(Prefix), Cancel.Token);
        await client.CompactAsync(deleted.Revision, physical: true, Cancel.Token);
        var before = await client.StatusAsync(cluster.Addresses[0], Cancel.Token);
        await client.DefragmentAsync(cluster.Addresses[0], TimeSpan.FromMinutes(1), Cancel.Token);
        var after = await client.StatusAsync(cluster.Addresses[0], Cancel.Token);
        Assert.True(deleted.Deleted > 5);
        Assert.Contains(before.Errors, error => error.Contains("NOSPACE", StringComparison.Ordinal));
        Assert.InRange(after.DatabaseBytes, 1, before.DatabaseBytes / 4);

        await NoSpaceAsync(client.PutAsync(Put(0), Cancel.Token));
        await client.DisarmAsync(alarm, Cancel.Token);

        Assert.Empty(await client.AlarmsAsync(Cancel.Token));
        await client.PutAsync(Put(0), Cancel.Token);
    }

    private static async Task FillAsync(EtcdClient client)
    {
        for (var number = 0; number < 64; number++)
        {
            try
            {
                await client.PutAsync(Put((byte)number), Cancel.Token);
            }
            catch (EtcdException refused) when (refused.Error == EtcdError.NoSpace)
            {
                return;
            }
        }
        Assert.Fail("Four times the quota was taken.");
    }

    private static EtcdOperation.Put Put(byte number) => new((byte[])[.. Prefix, number], new byte[1 << 20]);

    private static async Task NoSpaceAsync(Task call) =>
        Assert.Equal(EtcdError.NoSpace, (await Assert.ThrowsAsync<EtcdException>(() => call)).Error);
}
