using System.Buffers.Binary;
using Stele.Tests.Etcd;

namespace Stele.Etcd.Tests;

/// <summary>A cluster of three that loses a member, or half of its nerve.</summary>
public sealed class ClusterTests
{
    private static readonly byte[] Prefix = "cluster/"u8.ToArray();

    [Fact]
    public async Task A_leader_killed_amid_writes_costs_no_acknowledged_write()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 3 });
        var leader = await cluster.LeaderAsync();
        // The leader first: it is the one that the client speaks with when it dies.
        Uri[] endpoints = [leader.Address, .. cluster.Addresses.Where(address => address != leader.Address)];
        using var client = new EtcdClient(
            cluster.ClientOptions(endpoints) with { RequestTimeout = TimeSpan.FromSeconds(3) }, TimeProvider.System);

        var killed = Task.CompletedTask;
        var resolved = new Dictionary<int, bool>();
        var acknowledged = new List<int>();
        for (var number = 0; number < 400; number++)
        {
            if (number == 200)
                killed = leader.KillAsync();
            await WriteAsync(client, number, acknowledged, resolved);
        }
        await killed;

        var range = await client.RangeAsync(new(KeyRange.Prefix(Prefix)), Cancel.Token);
        var there = range.KeyValues.Select(one => Number(one.Value)).ToHashSet();
        Assert.True(acknowledged.Count(number => number >= 200) > 100, "hardly any write went through without the leader");
        Assert.Subset(there, acknowledged.ToHashSet());
        Assert.All(resolved, one => Assert.Equal(one.Value, there.Contains(one.Key)));
    }

    [Fact]
    public async Task A_paused_member_does_not_hold_up_the_others_clients()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 3 });
        var paused = await cluster.FollowerAsync();
        Uri[] endpoints = [paused.Address, .. cluster.Addresses.Where(address => address != paused.Address)];
        using var client = new EtcdClient(
            cluster.ClientOptions(endpoints) with
            {
                RequestTimeout = TimeSpan.FromSeconds(60),
                AttemptTimeout = TimeSpan.FromSeconds(3),
            },
            TimeProvider.System);
        var start = await client.PutAsync(new(Key(0), default), Cancel.Token);
        var lease = await client.GrantLeaseAsync(TimeSpan.FromMinutes(1), Cancel.Token);

        await paused.PauseAsync();

        // What may be repeated goes to another member, and the client stays there.
        Assert.IsType<LeaseLife.Alive>(await client.KeepAliveAsync(lease.Id, Cancel.Token));
        var put = await client.PutAsync(new(Key(1), default), Cancel.Token);
        Assert.Equal(2, (await client.RangeAsync(new(KeyRange.Prefix(Prefix)), Cancel.Token)).Count);
        await foreach (var update in client.WatchAsync(KeyRange.Prefix(Prefix), put.Revision, Cancel.Token))
        {
            Assert.Equal(put.Revision, Assert.IsType<WatchUpdate.Events>(update).Revision);
            break;
        }

        await paused.ResumeAsync();
        await cluster.HealthyAsync(paused);
        using var back = new EtcdClient(cluster.ClientOptions(paused.Address), TimeProvider.System);
        Assert.Equal(2, (await back.RangeAsync(new(KeyRange.Prefix(Prefix)), Cancel.Token)).Count);
        Assert.True((await back.StatusAsync(paused.Address, Cancel.Token)).RaftTerm > 0);
        Assert.True(start.Revision < put.Revision);
    }

    [Fact]
    public async Task Without_a_majority_nothing_is_taken_and_a_member_back_makes_one()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 3 });
        using var patient = new EtcdClient(
            cluster.ClientOptions() with { RequestTimeout = TimeSpan.FromSeconds(60), AttemptTimeout = TimeSpan.FromSeconds(10) },
            TimeProvider.System);
        using var client = new EtcdClient(
            cluster.ClientOptions() with
            {
                RequestTimeout = TimeSpan.FromSeconds(3),
                AttemptTimeout = TimeSpan.FromSeconds(1),
            },
            TimeProvider.System);
        await patient.PutAsync(new(Key(0), default), Cancel.Token);
        var survivor = await cluster.LeaderAsync();
        var others = cluster.Members.Where(member => member != survivor).ToList();

        foreach (var member in others)
            await member.KillAsync();
        // It takes the leader some heartbeats to notice that it leads nobody; then it says so.
        while ((await patient.StatusAsync(survivor.Address, Cancel.Token)).Leader != 0)
            await Task.Delay(50, Cancel.Token);

        await Assert.ThrowsAsync<EtcdUnavailableException>(() => client.PutAsync(new(Key(1), default), Cancel.Token));
        await Assert.ThrowsAsync<EtcdUnavailableException>(
            () => client.RangeAsync(new(KeyRange.Prefix(Prefix)), Cancel.Token));
        await using var watch = client.WatchAsync(KeyRange.Prefix(Prefix), 0, Cancel.Token).GetAsyncEnumerator(Cancel.Token);
        await Assert.ThrowsAsync<EtcdUnavailableException>(() => watch.MoveNextAsync().AsTask());

        others[0].Start();
        await cluster.HealthyAsync(others[0]);

        var range = await patient.RangeAsync(new(KeyRange.Prefix(Prefix)), Cancel.Token);
        Assert.Equal(Key(0), Assert.Single(range.KeyValues).Key.ToArray());
        await patient.PutAsync(new(Key(1), default), Cancel.Token);
    }

    private static async Task WriteAsync(
        EtcdClient client, int number, List<int> acknowledged, Dictionary<int, bool> resolved)
    {
        var write = PutIfAbsent(number, Bytes(number));
        while (true)
        {
            try
            {
                Assert.True((await client.TransactAsync(write, Cancel.Token)).Succeeded);
                acknowledged.Add(number);
                return;
            }
            catch (EtcdUnavailableException)
            {
                // Surely not taken: were it, the next attempt would not succeed.
            }
            catch (EtcdOutcomeUnknownException)
            {
                resolved.Add(number, await ResolveAsync(client, number));
                return;
            }
        }
    }

    /// <summary>Whether an open write was taken. Whoever put the key first has it, for good: the write or this.</summary>
    private static async Task<bool> ResolveAsync(EtcdClient client, int number)
    {
        var seal = PutIfAbsent(number, Bytes(-1));
        while (true)
        {
            try
            {
                await client.TransactAsync(seal, Cancel.Token);
                break;
            }
            catch (Exception again) when (again is EtcdUnavailableException or EtcdOutcomeUnknownException)
            {
                // The seal may be put as often as need be.
            }
        }
        var range = await client.RangeAsync(new(KeyRange.One(Key(number))), Cancel.Token);
        return Number(Assert.Single(range.KeyValues).Value) == number;
    }

    private static EtcdTransaction PutIfAbsent(int number, byte[] value) =>
        new() { If = [EtcdCompare.Absent(Key(number))], Then = [new EtcdOperation.Put(Key(number), value)] };

    private static byte[] Key(int number) => [.. Prefix, .. Bytes(number)];

    private static byte[] Bytes(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    private static int Number(ReadOnlyMemory<byte> value) => BinaryPrimitives.ReadInt32BigEndian(value.Span);
}
