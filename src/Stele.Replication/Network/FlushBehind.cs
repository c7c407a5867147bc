using Stele.Etcd;

namespace Stele.Replication.Network;

/// <summary>Brings what was taken to this node's own disk, and lets the others know how far that is.</summary>
internal sealed class FlushBehind(
    NetworkOptions options, StoreKeys keys, Replica replica, StoreGuard guard, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    // An etcd that refuses is asked less and less often.
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(5);

    /// <summary>Flushes until it is told to stop.</summary>
    /// <param name="fail">Is told when the disk refuses: nothing more may be written then.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Action<Exception> fail, CancellationToken stop)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        SeqNo? told = null; // what stands there is of another disk, as far as anybody knows
        var (tried, pause) = (time.GetTimestamp(), TimeSpan.Zero);
        try
        {
            while (!stop.IsCancellationRequested)
            {
                replica.Flush();
                if (guard.IsChecked && replica.OnDisk is var seqno && seqno != told && time.GetElapsedTime(tried) >= pause)
                {
                    tried = time.GetTimestamp();
                    if (await TryTellAsync(seqno, stop)) (told, pause) = (seqno, TimeSpan.Zero);
                    else pause = pause + Interval < PauseMax ? pause + Interval : PauseMax;
                }
                await Task.Delay(Interval, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (Exception failure)
        {
            fail(failure);
        }
    }

    private async Task<bool> TryTellAsync(SeqNo seqno, CancellationToken stop)
    {
        try
        {
            var put = await options.Etcd.PutAsync(
                new EtcdOperation.Put(keys.Durable(options.NodeId), StoreKeys.Number(seqno.Value)), stop);
            guard.Saw(put.Revision);
            return true;
        }
        catch (Exception failure) when (failure is EtcdException or EtcdUnavailableException or EtcdOutcomeUnknownException
            or OperationCanceledException)
        {
            return false;
        }
    }
}
