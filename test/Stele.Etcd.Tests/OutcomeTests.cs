namespace Stele.Etcd.Tests;

/// <summary>What is known of a write when the way to etcd fails, seen against what etcd then holds.</summary>
public sealed class OutcomeTests(OneMember etcd) : IClassFixture<OneMember>
{
    private readonly byte[] _key = etcd.NewKey();

    [Fact]
    public async Task Where_nobody_listens_a_write_is_surely_not_taken()
    {
        await using var proxy = new FaultyProxy(etcd.Address.Port) { Mode = ProxyMode.Refuse };
        using var client = Client(proxy.Http);

        await Assert.ThrowsAsync<EtcdUnavailableException>(() => PutAsync(client));

        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task While_nothing_is_sent_a_write_may_go_to_another_member()
    {
        await using var proxy = new FaultyProxy(etcd.Address.Port) { Mode = ProxyMode.Refuse };
        using var client = Client(proxy.Http, etcd.Address);

        await PutAsync(client);

        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task In_a_black_hole_a_write_is_open_and_a_read_finds_another_member()
    {
        await using var proxy = new FaultyProxy(etcd.Address.Port) { Mode = ProxyMode.Swallow };
        using var writer = Client(proxy.Http, etcd.Address);
        using var reader = Client(proxy.Http, etcd.Address);

        await Assert.ThrowsAsync<EtcdOutcomeUnknownException>(() => PutAsync(writer));

        Assert.Equal(0, (await reader.RangeAsync(new(KeyRange.One(_key)), Cancel.Token)).Count);
    }

    [Fact]
    public async Task A_write_whose_answer_is_lost_is_open_and_may_be_there()
    {
        await using var proxy = new FaultyProxy(etcd.Address.Port);
        using var client = Client(proxy.Http);
        await CountAsync(client); // connected

        // The request passes at once, its answer waits: until etcd has it, and then for ever.
        proxy.DelayOfAnswers = TimeSpan.FromMinutes(1);
        var put = PutAsync(client);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await CountAsync() == 0)
        {
            Assert.False(patience.IsCancellationRequested, "The write never came to etcd.");
            await Task.Delay(10, Cancel.Token);
        }
        proxy.Cut();

        await Assert.ThrowsAsync<EtcdOutcomeUnknownException>(() => put);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_slow_way_is_no_failure()
    {
        await using var proxy = new FaultyProxy(etcd.Address.Port) { DelayOfAnswers = TimeSpan.FromMilliseconds(100) };
        using var client = Client(proxy.Http);

        await PutAsync(client);

        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_read_waits_for_a_member_to_come_back()
    {
        await using var proxy = new FaultyProxy(etcd.Address.Port) { Mode = ProxyMode.Refuse };
        using var client = new EtcdClient(new([proxy.Http]) { RequestTimeout = TimeSpan.FromMinutes(1) }, TimeProvider.System);
        var read = client.RangeAsync(new(KeyRange.One(_key)), Cancel.Token);

        await Task.Delay(200, Cancel.Token);
        Assert.False(read.IsCompleted);
        proxy.Mode = ProxyMode.Forward;

        Assert.Equal(0, (await read).Count);
    }

    [Fact]
    public async Task The_caller_gives_up()
    {
        await using var proxy = new FaultyProxy(etcd.Address.Port) { Mode = ProxyMode.Swallow };
        using var client = new EtcdClient(new([proxy.Http]) { RequestTimeout = TimeSpan.FromMinutes(1) }, TimeProvider.System);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel.Token);
        Task[] calls =
        [
            client.RangeAsync(new(KeyRange.One(_key)), end.Token),
            client.PutAsync(new(_key, default), end.Token),
        ];

        await end.CancelAsync();

        foreach (var call in calls)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    private static EtcdClient Client(params Uri[] endpoints) =>
        new(
            new(endpoints)
            {
                RequestTimeout = TimeSpan.FromSeconds(2),
                AttemptTimeout = TimeSpan.FromMilliseconds(300),
            },
            TimeProvider.System);

    private Task<PutResult> PutAsync(EtcdClient client) => client.PutAsync(new(_key, new byte[1000]), Cancel.Token);

    private async Task<long> CountAsync(EtcdClient? client = null) =>
        (await (client ?? etcd.Client).RangeAsync(new(KeyRange.One(_key)) { CountOnly = true }, Cancel.Token)).Count;
}
