using System.Collections.Concurrent;

namespace Stele.Replication.Tests.Network;

/// <summary>Writers that never stop, and a memory of every answer that one of them was given.</summary>
internal sealed class Load : IDisposable
{
    private readonly TestNetwork _network;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<TransactionId, string> _answered = new();
    private readonly Task[] _writers;

    public Load(TestNetwork network, int writers)
    {
        _network = network;
        _writers = [.. Enumerable.Range(0, writers).Select(WriteAsync)];
    }

    /// <summary>Waits until so many more writes have been answered.</summary>
    public async Task MoreAsync(int count)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var end = _answered.Count + count;
        while (_answered.Count < end) await Task.Delay(10, patience.Token);
    }

    /// <summary>Ends the load, and looks at every node for everything that was answered.</summary>
    public async Task CheckAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_writers);
        await _network.PutAsync("last", "1");
        await _network.AgreeAsync();
        Assert.All(_network.Running, node => Assert.All(_answered, one =>
        {
            Assert.Equal(TransactionStatus.Committed, node.Ledger!.StatusOf(one.Key));
            Assert.Equal(one.Value, _network.RecordAt(node, one.Key));
        }));
        await _network.StopAsync();
        _network.HaveSameFiles();
    }

    public void Dispose() => _stop.Dispose();

    private async Task WriteAsync(int writer)
    {
        await Task.Yield();
        for (var i = 0; !_stop.IsCancellationRequested; i++)
        {
            var value = $"{writer}.{i}";
            try
            {
                var id = await _network.PutAsync($"key {writer}", value, untilCommitted: i % 2 == 0);
                Assert.True(_answered.TryAdd(id, value), $"{id} was given twice");
            }
            catch (OutcomeUnknownException)
            {
                // It may be there or not; nobody was told that it is.
            }
        }
    }
}
