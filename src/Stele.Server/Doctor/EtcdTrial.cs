using Stele.Etcd;
using Stele.Replication.Network;

namespace Stele.Server.Doctor;

/// <summary>etcd, tried as a node uses it: what a node could not do there, and why.</summary>
internal static class EtcdTrial
{
    private const string Check = "etcd";
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(500);

    public static async Task RunAsync(EtcdClient etcd, string ledger, Findings findings, TimeProvider time, CancellationToken cancel)
    {
        switch (await StoreTrial.RunAsync(etcd, ledger, time, cancel))
        {
            case StoreTrial.Passed { Slowest: var took } when took > Slow:
                findings.Warn(Check, $"a node could be primary there, but a call took {took.TotalMilliseconds:F0} ms",
                    "Leases of 3 s need answers far within a second: see to the members' disks and to the network.");
                break;
            case StoreTrial.Passed { Slowest: var took }:
                findings.Ok(Check, "a lease was granted, kept alive and revoked, a key put and deleted; "
                    + $"{took.TotalMilliseconds:F0} ms at most");
                break;
            case StoreTrial.LostLease { After: var after }:
                findings.Fail(Check, $"a lease of 5 s was gone after {after.TotalSeconds:F1} s",
                    "A primary would lose its place so. See to the members' load, and that their clocks do not jump.");
                break;
            case StoreTrial.Stopped { Step: var step, Why: var why }:
                findings.Fail(Check, $"a node could not {step}: {why.Message}", Advice(why));
                break;
        }
    }

    /// <summary>What to do about what etcd says.</summary>
    public static string Advice(Exception fault) => fault switch
    {
        EtcdException { Error: EtcdError.Unauthenticated } =>
            "etcd's own users are switched on, and nodes come with a certificate and as no user: etcdctl auth disable.",
        EtcdException { Error: EtcdError.PermissionDenied } =>
            "Whoever it takes the node for may not do this: let nodes come with a certificate and as no user (etcdctl auth disable).",
        EtcdException { Error: EtcdError.NoSpace } => "Make room (compact, defragment), then etcdctl alarm disarm.",
        EtcdException { Error: EtcdError.TooManyRequests } => "It has more under way than it can do: see to its disks.",
        _ when Says(fault, "no leader") => "A majority of the members must reach one another: look at their network, and at their logs.",
        _ when Says(fault, "certificate") =>
            "Are --etcd-ca, --etcd-cert and --etcd-key the ones that it takes, and is this machine's clock right (timedatectl)?",
        EtcdException => "See etcd's log.",
        _ => "A majority of the members must answer within seconds: see to their disks and to the network, and at their logs.",
    };

    private static bool Says(Exception fault, string words) => fault.Message.Contains(words, StringComparison.Ordinal);
}
