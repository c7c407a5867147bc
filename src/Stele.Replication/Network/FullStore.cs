using Stele.Etcd;

namespace Stele.Replication.Network;

/// <summary>Brings an etcd back that has stopped writing because its quota is reached, once there is something to gain.</summary>
/// <remarks>
/// What was deleted and compacted is free for etcd's own use, but the quota counts the file, which only defragmenting makes
/// smaller. One member after the other, as none serves anybody meanwhile; then the alarm is taken back. Where nothing can be
/// gained nothing is done: the space is others', and the alarm would only be raised again.
/// </remarks>
internal sealed class FullStore(EtcdClient etcd)
{
    // Of a member's file, what must be unused for the work to be worth it.
    private const int PartFree = 10;
    private static readonly TimeSpan DefragmentMax = TimeSpan.FromMinutes(5);

    /// <summary>Makes the members' files smaller and takes the alarm back.</summary>
    /// <returns>Whether etcd takes writes again, or did all along.</returns>
    public async Task<bool> TryReopenAsync(CancellationToken cancel)
    {
        var alarms = (await etcd.AlarmsAsync(cancel)).Where(alarm => alarm.Kind == AlarmKind.NoSpace).ToList();
        if (alarms.Count == 0) return true;
        if (!await TryShrinkAsync(cancel)) return false;
        foreach (var alarm in alarms) await etcd.DisarmAsync(alarm, cancel);
        return true;
    }

    private async Task<bool> TryShrinkAsync(CancellationToken cancel)
    {
        var hasShrunk = false;
        foreach (var member in etcd.Endpoints)
        {
            try
            {
                var status = await etcd.StatusAsync(member, cancel);
                if ((status.DatabaseBytes - status.DatabaseBytesInUse) * PartFree < status.DatabaseBytes) continue;
                await etcd.DefragmentAsync(member, DefragmentMax, cancel);
                hasShrunk = true;
            }
            catch (Exception failure) when (failure is EtcdUnavailableException or EtcdOutcomeUnknownException)
            {
                // It raises the alarm again when it is back, if it must.
            }
        }
        return hasShrunk;
    }
}
