using System.Security.Cryptography;
using Stele.Etcd;

namespace Stele.Replication.Network;

/// <summary>What became of a trial of etcd: <see cref="Passed"/>, <see cref="Stopped"/> or <see cref="LostLease"/>.</summary>
public abstract record StoreTrial
{
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(5);

    private StoreTrial()
    {
    }

    /// <summary>All was done that a node does.</summary>
    /// <param name="Slowest">How long the slowest call took.</param>
    public sealed record Passed(TimeSpan Slowest) : StoreTrial;

    /// <summary>A call was refused, or not answered.</summary>
    /// <param name="Step">What could not be done, in words.</param>
    /// <param name="Why">An <see cref="EtcdException"/>, or what says that no member answered.</param>
    public sealed record Stopped(string Step, Exception Why) : StoreTrial;

    /// <summary>The lease was gone before it could be renewed.</summary>
    /// <param name="After">How long after it was asked for.</param>
    public sealed record LostLease(TimeSpan After) : StoreTrial;

    /// <summary>
    /// Does what a node does to become primary and to stay it: is granted a lease, puts a key with it where there is none, renews
    /// the lease, deletes the key, and revokes the lease. The key lies beside the ledger's own, under a name that no node reads;
    /// should all else fail, it goes with the lease, within seconds.
    /// </summary>
    /// <param name="etcd">The cluster.</param>
    /// <param name="ledger">The ledger's name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<StoreTrial> RunAsync(EtcdClient etcd, string ledger, TimeProvider time, CancellationToken cancel)
    {
        var key = new StoreKeys(ledger).Trial(RandomNumberGenerator.GetHexString(16, lowercase: true));
        var (step, slowest, begun) = ("grant a lease", TimeSpan.Zero, time.GetTimestamp());
        LeaseId? granted = null;
        try
        {
            var lease = (await TimedAsync(etcd.GrantLeaseAsync(LeaseTime, cancel))).Id;
            granted = lease;
            step = "put a key";
            var put = await TimedAsync(etcd.TransactAsync(
                new() { If = [EtcdCompare.Absent(key)], Then = [new EtcdOperation.Put(key, "stele doctor"u8.ToArray(), lease)] }, cancel));
            step = "keep the lease alive";
            if (await TimedAsync(etcd.KeepAliveAsync(lease, cancel)) is LeaseLife.Gone) return new LostLease(time.GetElapsedTime(begun));
            step = "delete the key";
            // One transaction cannot do both: etcd takes no key twice in one.
            await TimedAsync(etcd.TransactAsync(
                new()
                {
                    If = [new EtcdCompare.CreateRevisionIs(key, put.Revision)],
                    Then = [new EtcdOperation.Delete(KeyRange.One(key))],
                },
                cancel));
            (step, granted) = ("revoke the lease", null);
            await etcd.RevokeLeaseAsync(lease, cancel);
            return new Passed(slowest);
        }
        catch (Exception fault) when (fault is EtcdException or EtcdUnavailableException or EtcdOutcomeUnknownException)
        {
            return new Stopped(step, fault);
        }
        finally
        {
            if (granted is { } left) await RevokeAsync(etcd, left);
        }

        async Task<T> TimedAsync<T>(Task<T> call)
        {
            var start = time.GetTimestamp();
            var answer = await call;
            if (time.GetElapsedTime(start) is var took && took > slowest) slowest = took;
            return answer;
        }
    }

    private static async Task RevokeAsync(EtcdClient etcd, LeaseId lease)
    {
        try
        {
            await etcd.RevokeLeaseAsync(lease, CancellationToken.None);
        }
        catch (Exception failure) when (failure is EtcdException or EtcdUnavailableException or EtcdOutcomeUnknownException)
        {
            // It runs out by itself, and the key goes with it.
        }
    }
}
