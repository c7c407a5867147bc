using Stele.Etcd;
using Stele.Server.Hosting;
using Stele.Server.Network;

namespace Stele.Server.Doctor;

/// <summary>
/// etcd: which members answer, how fast, of which version, whether it is full, over TLS; and whether a node could do its work there.
/// </summary>
internal static class EtcdCheck
{
    private const string Check = "etcd";
    private const long DefaultQuota = 2L << 30;
    private static readonly Version Oldest = new(3, 5);
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(500);

    public static async Task RunAsync(
        NodeNetworkOptions network, string ledger, Findings findings, TimeProvider time, CancellationToken cancel)
    {
        var options = NodeNetwork.EtcdOptionsOf(network);
        using var certificate = options.ClientCertificate;
        using var etcd = new EtcdClient(options, time);
        var leaders = new HashSet<ulong>();
        var answered = 0;
        foreach (var endpoint in network.EtcdEndpoints)
        {
            if (await AskAsync(etcd, endpoint, findings, time, cancel) is not { } status) continue;
            answered++;
            if (status.Leader != 0) leaders.Add(status.Leader);
        }
        if (answered * 2 <= network.EtcdEndpoints.Count)
            findings.Fail(Check, $"{answered} of {network.EtcdEndpoints.Count} members answer: no majority, nobody writes",
                "Start the members: with a majority and their data everything goes on.");
        if (answered > 0 && leaders.Count != 1)
            findings.Fail(Check, leaders.Count == 0 ? "no member knows a leader" : "the members name different leaders",
                "Look at the network between the members, and at their logs.");
        if (answered == 0) return;
        await AlarmsAsync(etcd, findings, cancel);
        await EtcdTrial.RunAsync(etcd, ledger, findings, time, cancel);
    }

    private static async Task<MemberStatus?> AskAsync(
        EtcdClient etcd, Uri endpoint, Findings findings, TimeProvider time, CancellationToken cancel)
    {
        if (endpoint.Scheme != Uri.UriSchemeHttps)
            findings.Warn(Check, $"{endpoint} is spoken to without TLS",
                "Only for a look on one machine: give etcd certificates otherwise.");
        var start = time.GetTimestamp();
        try
        {
            var status = await etcd.StatusAsync(endpoint, cancel);
            var took = time.GetElapsedTime(start);
            Judge(endpoint, status, took, findings);
            return status;
        }
        catch (Exception fault) when (fault is EtcdException or EtcdUnavailableException)
        {
            findings.Fail(Check, $"{endpoint}: {fault.Message}", fault is EtcdException ? EtcdTrial.Advice(fault)
                : "Is the member running, is the address its client address, are --etcd-ca, --etcd-cert and --etcd-key the ones that it "
                    + "takes, and is this machine's clock right?");
            return null;
        }
    }

    private static void Judge(Uri endpoint, MemberStatus status, TimeSpan took, Findings findings)
    {
        if (!Version.TryParse(status.Version.Split('-', '+')[0], out var version) || version < Oldest)
            findings.Fail(Check, $"{endpoint} is of version {status.Version}",
                $"Upgrade it to {Oldest} or newer: nodes refuse older ones.");
        foreach (var error in status.Errors)
            findings.Fail(Check, $"{endpoint} says: {error}", "See «What etcd holds» in docs/operations.md.");
        if (status.DatabaseBytes > DefaultQuota / 2)
            findings.Warn(Check, $"{endpoint} holds {status.DatabaseBytes >> 20} MiB, {status.DatabaseBytesInUse >> 20} in use",
                "Compare with its quota (2 GiB where none is set); etcdctl defrag gives back what is not in use.");
        if (took > Slow)
            findings.Warn(Check, $"{endpoint} took {took.TotalMilliseconds:F0} ms to answer",
                "Leases of 3 s need answers far within a second.");
        else findings.Ok(Check, $"{endpoint}: version {status.Version}, {status.DatabaseBytes >> 20} MiB, {took.TotalMilliseconds:F0} ms");
    }

    private static async Task AlarmsAsync(EtcdClient etcd, Findings findings, CancellationToken cancel)
    {
        try
        {
            foreach (var alarm in await etcd.AlarmsAsync(cancel))
                findings.Fail(Check, $"member {alarm.MemberId:x} raised the alarm {alarm.Kind}", alarm.Kind == AlarmKind.NoSpace
                    ? "Make room (compact, defragment), then etcdctl alarm disarm."
                    : "Its data differ from the others': remove the member, and add it anew with an empty directory.");
        }
        catch (Exception fault) when (fault is EtcdException or EtcdUnavailableException)
        {
            findings.Fail(Check, $"alarms cannot be read: {fault.Message}", EtcdTrial.Advice(fault));
        }
    }
}
