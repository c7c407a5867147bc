using Stele.Etcd;

namespace Stele.Replication.Network;

/// <summary>Brings what was taken to this node's own disk, and lets the others know how far that is.</summary>
internal sealed class FlushBehind(NetworkOptions options, StoreKeys keys, Replica replica, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Flushes until it is told to stop, and once more.</summary>
    /// <param name="fail">Is told when the disk refuses: nothing more may be written then.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Action<Exception> fail, CancellationToken stop)
    {
        var told = SeqNo.None;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await Task.Delay(Interval, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                replica.Flush();
                if (replica.OnDisk > told && await TryTellAsync(replica.OnDisk, stop)) told = replica.OnDisk;
            }
        }
        catch (IOException failure)
        {
            fail(failure);
        }
    }

    private async Task<bool> TryTellAsync(SeqNo seqno, CancellationToken stop)
    {
        try
        {
            await options.Etcd.PutAsync(new EtcdOperation.Put(keys.Durable(options.NodeId), StoreKeys.Number(seqno.Value)), stop);
            return true;
        }
        catch (Exception failure) when (failure is EtcdException or EtcdUnavailableException or EtcdOutcomeUnknownException
            or OperationCanceledException)
        {
            return false;
        }
    }
}
