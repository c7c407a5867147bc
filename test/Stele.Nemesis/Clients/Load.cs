using System.Collections.Concurrent;
using Stele.Nemesis.History;
using Stele.Nemesis.Network;

namespace Stele.Nemesis.Clients;

/// <summary>How hard a load presses.</summary>
/// <param name="Clients">How many clients there are.</param>
/// <param name="Pause">How long each rests between two calls, at most.</param>
/// <param name="RetryPause">How long it waits before it repeats what was answered 503; the official clients wait a second.</param>
internal sealed record LoadOptions(int Clients, TimeSpan Pause, TimeSpan RetryPause);

/// <summary>Clients that write and read at random nodes until they are told to stop.</summary>
internal sealed class Load : IAsyncDisposable
{
    private const int Collections = 4;
    private const int Guess = 40;

    private readonly LedgerNetwork _network;
    private readonly Recorder _recorder;
    private readonly LoadOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<(string Collection, TransactionId Id)> _written = new();
    private readonly Task[] _clients;

    public Load(LedgerNetwork network, Recorder recorder, LoadOptions options, int seed)
    {
        (_network, _recorder, _options) = (network, recorder, options);
        _clients = [.. Enumerable.Range(0, options.Clients).Select(client => RunAsync(client, new Random(HashCode.Combine(seed, client))))];
    }

    /// <summary>Ends the load, and waits for the last answers.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
        _stop.Dispose();
    }

    private async Task RunAsync(int client, Random random)
    {
        await Task.Yield();
        LedgerClient[] nodes = [.. _network.Nodes.Select(node => _network.Client(_recorder, client, node))];
        try
        {
            for (var number = 0; !_stop.IsCancellationRequested; number++)
            {
                var node = nodes[random.Next(nodes.Length)];
                var call = random.Next(10) < 6 ? await AppendAsync(node, $"{client}/{number}", random) : await LookAsync(node, random);
                var pause = call.Outcome is Outcome.Refused or Outcome.Unknown ? _options.RetryPause : _options.Pause * random.NextDouble();
                await Task.Delay(pause, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Enough.
        }
        finally
        {
            foreach (var node in nodes)
                node.Dispose();
        }
    }

    private async Task<Call> AppendAsync(LedgerClient node, string contents, Random random)
    {
        var call = await node.AppendAsync($"c{random.Next(Collections)}", contents, committed: random.Next(2) == 0);
        if (!call.IsAcknowledged)
            return call;
        _written.Enqueue((call.Collection, call.Position!.Value));
        return call;
    }

    private async Task<Call> LookAsync(LedgerClient node, Random random)
    {
        var written = _written.ToArray();
        if (written.Length == 0)
            return await node.CurrentAsync("c0");
        // Among the newest as often as among all.
        var first = random.Next(2) == 0 ? Math.Max(0, written.Length - 20) : 0;
        var (collection, id) = written[random.Next(first, written.Length)];
        return random.Next(8) switch
        {
            0 or 1 => await node.ReadAsync(collection, id),
            2 => await node.CurrentAsync(collection),
            3 => await node.ListAsync(collection, random.Next(2) == 0 ? null : id),
            4 => await node.ReceiptAsync(collection, id),
            5 => await node.StatusAsync(id),
            // What was not given to anybody yet may never be: a guess that becomes invalid when the view ends here.
            _ => await node.StatusAsync(TransactionId.Of(written[^1].Id.View.Value, written[^1].Id.SeqNo.Value + random.Next(1, Guess))),
        };
    }
}
