using System.Globalization;
using System.Text;

namespace Stele.Etcd.Tests;

/// <summary>A watch of a real etcd tells each change once and in order, or says clearly that it cannot.</summary>
public sealed class WatchTests(OneMember etcd) : IClassFixture<OneMember>
{
    private readonly byte[] _prefix = etcd.NewKey();

    [Fact]
    public async Task Changes_are_told_as_they_were_made()
    {
        var created = await etcd.Client.PutAsync(new(Key(1), new byte[] { 7 }), Cancel.Token);
        var changed = await etcd.Client.PutAsync(new(Key(1), new byte[] { 8 }), Cancel.Token);
        await etcd.Client.PutAsync(new(etcd.NewKey(), default), Cancel.Token); // not watched
        var deleted = await etcd.Client.DeleteRangeAsync(KeyRange.One(Key(1)), Cancel.Token);

        var changes = await ChangesAsync(etcd.Client, created.Revision, 3);

        var first = Assert.IsType<KeyEvent.Put>(changes[0]).KeyValue;
        Assert.Equal((created.Revision, created.Revision, 1L), (first.CreateRevision, first.ModRevision, first.Version));
        Assert.Equal(Key(1), first.Key.ToArray());
        Assert.Equal([7], first.Value.ToArray());
        var second = Assert.IsType<KeyEvent.Put>(changes[1]).KeyValue;
        Assert.Equal((created.Revision, changed.Revision, 2L), (second.CreateRevision, second.ModRevision, second.Version));
        Assert.Equal([8], second.Value.ToArray());
        var last = Assert.IsType<KeyEvent.Deleted>(changes[2]);
        Assert.Equal(deleted.Revision, last.Revision);
        Assert.Equal(Key(1), last.Key.ToArray());
    }

    [Fact]
    public async Task A_watch_from_now_on_tells_what_comes()
    {
        await etcd.Client.PutAsync(new(Key(1), default), Cancel.Token);
        await using var watch = Listen(etcd.Client, 0);

        // The first change is told once the watch stands: until then some are missed, none is told that was before.
        var next = watch.MoveNextAsync().AsTask();
        var puts = new List<long>();
        while (!next.IsCompleted)
        {
            puts.Add((await etcd.Client.PutAsync(new(Key(2), default), Cancel.Token)).Revision);
            await Task.WhenAny(next, Task.Delay(20, Cancel.Token));
        }

        Assert.True(await next);
        Assert.Contains(Assert.IsType<WatchUpdate.Events>(watch.Current).Changes[0].Revision, puts);
    }

    [Fact]
    public async Task A_watch_of_what_is_compacted_says_so()
    {
        var first = await etcd.Client.PutAsync(new(Key(1), default), Cancel.Token);
        var second = await etcd.Client.PutAsync(new(Key(2), default), Cancel.Token);
        await etcd.Client.CompactAsync(second.Revision, physical: false, Cancel.Token);

        var updates = new List<WatchUpdate>();
        await foreach (var update in etcd.Client.WatchAsync(KeyRange.Prefix(_prefix), first.Revision, Cancel.Token))
            updates.Add(update);

        var last = Assert.IsType<WatchUpdate.Compacted>(Assert.Single(updates));
        Assert.True(last.Revision >= second.Revision);
    }

    [Fact]
    public async Task A_listener_that_falls_behind_gets_everything_in_order()
    {
        const int Count = 200;
        var start = await etcd.Client.PutAsync(new(Key(1), default), Cancel.Token);
        await using var watch = Listen(etcd.Client, start.Revision);
        Assert.True(await watch.MoveNextAsync());

        // Much more than what connections and etcd's queues hold.
        var expected = new List<long>();
        for (var number = 0; number < Count; number++)
            expected.Add((await etcd.Client.PutAsync(new(Key(2), new byte[200_000]), Cancel.Token)).Revision);

        var told = new List<long>();
        while (told.Count < Count && await watch.MoveNextAsync())
        {
            if (watch.Current is WatchUpdate.Events(var revision, var changes))
            {
                told.AddRange(changes.Select(change => change.Revision));
                Assert.Equal(told[^1], revision);
            }
        }
        Assert.Equal(expected, told);
    }

    [Fact]
    public async Task Compaction_under_a_listener_that_has_fallen_behind_leaves_no_gap_untold()
    {
        var start = await etcd.Client.PutAsync(new(Key(1), default), Cancel.Token);
        await using var watch = Listen(etcd.Client, start.Revision);
        Assert.True(await watch.MoveNextAsync());

        var expected = new List<long>();
        for (var number = 0; number < 100; number++)
            expected.Add((await etcd.Client.PutAsync(new(Key(2), new byte[500_000]), Cancel.Token)).Revision);
        await etcd.Client.CompactAsync(expected[^1], physical: true, Cancel.Token);

        var told = new List<long>();
        var compacted = false;
        while (told.Count < expected.Count && !compacted && await watch.MoveNextAsync())
        {
            if (watch.Current is WatchUpdate.Events(_, var changes))
                told.AddRange(changes.Select(change => change.Revision));
            compacted = watch.Current is WatchUpdate.Compacted;
        }
        Assert.Equal(expected.Take(told.Count), told);
        Assert.True(compacted || told.Count == expected.Count);
    }

    [Fact]
    public async Task A_revision_is_told_whole_though_etcd_cuts_long_messages()
    {
        // Four changes of 300 kB in each revision, and messages of at most 2 MiB: some are cut in a revision's middle.
        var revisions = new List<long>();
        for (var number = 0; number < 8; number++)
        {
            var puts = Enumerable.Range(0, 4).Select(key => new EtcdOperation.Put(Key((byte)key), new byte[300_000]));
            revisions.Add((await etcd.Client.TransactAsync(new() { Then = [.. puts] }, Cancel.Token)).Revision);
        }

        var told = new List<long>();
        var messages = 0;
        await foreach (var update in etcd.Client.WatchAsync(KeyRange.Prefix(_prefix), revisions[0], Cancel.Token))
        {
            var (revision, changes) = Assert.IsType<WatchUpdate.Events>(update);
            messages++;
            told.AddRange(changes.Select(change => change.Revision));
            Assert.Equal(4, told.Count(one => one == revision));
            if (told.Count == 32)
                break;
        }
        Assert.Equal(revisions.SelectMany(revision => Enumerable.Repeat(revision, 4)), told);
        Assert.True(messages > 1, "etcd cut nothing: the test shows nothing");
    }

    [Fact]
    public async Task The_caller_ends_a_watch()
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel.Token);
        await using var watch = etcd.Client.WatchAsync(KeyRange.Prefix(_prefix), 0, end.Token).GetAsyncEnumerator(Cancel.Token);
        var next = watch.MoveNextAsync().AsTask();

        await end.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task A_connection_that_is_cut_again_and_again_loses_and_repeats_nothing()
    {
        await using var proxy = new FaultyProxy(etcd.Address.Port);
        using var client = new EtcdClient(new([proxy.Http]), TimeProvider.System);
        var start = await etcd.Client.PutAsync(new(Key(0), default), Cancel.Token);
        var watched = ChangesAsync(client, start.Revision + 1, 60);

        var expected = new List<long>();
        for (var number = 0; number < 60; number++)
        {
            expected.Add((await etcd.Client.PutAsync(new(Key(1), Encoding.ASCII.GetBytes($"{number}")), Cancel.Token)).Revision);
            if (number % 10 == 5)
                proxy.Cut();
            await Task.Delay(10, Cancel.Token);
        }

        var told = await watched;
        Assert.Equal(expected, told.Select(change => change.Revision));
        Assert.Equal(
            Enumerable.Range(0, 60),
            told.Select(change => int.Parse(((KeyEvent.Put)change).KeyValue.Value.Span, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_connection_that_has_died_in_silence_is_noticed()
    {
        await using var proxy = new FaultyProxy(etcd.Address.Port);
        using var client = new EtcdClient(
            new([proxy.Http, etcd.Address])
            {
                WatchSilence = TimeSpan.FromMilliseconds(300),
                AttemptTimeout = TimeSpan.FromMilliseconds(300),
            },
            TimeProvider.System);
        var start = await etcd.Client.PutAsync(new(Key(1), default), Cancel.Token);
        await using var watch = Listen(client, start.Revision);
        Assert.True(await watch.MoveNextAsync());

        proxy.Mode = ProxyMode.Swallow;
        var missed = await etcd.Client.PutAsync(new(Key(2), default), Cancel.Token);

        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(missed.Revision, Assert.IsType<WatchUpdate.Events>(watch.Current).Revision);
    }

    [Fact]
    public async Task A_watch_that_no_member_holds_ends_as_unavailable()
    {
        await using var proxy = new FaultyProxy(etcd.Address.Port);
        using var client = new EtcdClient(
            new([proxy.Http]) { RequestTimeout = TimeSpan.FromMilliseconds(300) }, TimeProvider.System);
        var start = await etcd.Client.PutAsync(new(Key(1), default), Cancel.Token);
        await using var watch = Listen(client, start.Revision);
        Assert.True(await watch.MoveNextAsync());

        proxy.Mode = ProxyMode.Refuse;
        proxy.Cut();

        await Assert.ThrowsAsync<EtcdUnavailableException>(() => watch.MoveNextAsync().AsTask());
    }

    private IAsyncEnumerator<WatchUpdate> Listen(EtcdClient client, long from) =>
        client.WatchAsync(KeyRange.Prefix(_prefix), from, Cancel.Token).GetAsyncEnumerator(Cancel.Token);

    private byte[] Key(byte last) => [.. _prefix, last];

    private async Task<List<KeyEvent>> ChangesAsync(EtcdClient client, long from, int count)
    {
        var changes = new List<KeyEvent>();
        await foreach (var update in client.WatchAsync(KeyRange.Prefix(_prefix), from, Cancel.Token))
        {
            if (update is WatchUpdate.Events events)
                changes.AddRange(events.Changes);
            if (changes.Count >= count)
                break;
        }
        return changes;
    }
}
