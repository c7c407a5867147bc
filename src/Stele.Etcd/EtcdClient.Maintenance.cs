using Stele.Etcd.Calls;
using Stele.Etcd.Wire;

namespace Stele.Etcd;

public sealed partial class EtcdClient
{
    private static readonly Version VersionMin = new(3, 5);

    /// <summary>The members of the cluster.</summary>
    public Task<IReadOnlyList<Member>> MembersAsync(CancellationToken cancellation = default) =>
        _calls.RunAsync(
            new Call<IReadOnlyList<Member>>(
                Paths.Members, json => json.WriteBoolean(Fields.Linearizable, true), MaintenanceAnswers.Members)
            {
                IsRepeatable = true,
            },
            cancellation);

    /// <summary>How one member is; answered by one without a leader too.</summary>
    /// <param name="endpoint">Its address, one of <see cref="Endpoints"/>.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public Task<MemberStatus> StatusAsync(Uri endpoint, CancellationToken cancellation = default) =>
        _calls.RunAsync(
            new Call<MemberStatus>(Paths.Status, _ => { }, MaintenanceAnswers.Status)
            {
                IsRepeatable = true,
                Endpoint = endpoint,
            },
            cancellation);

    /// <summary>The alarms that stand.</summary>
    public Task<IReadOnlyList<Alarm>> AlarmsAsync(CancellationToken cancellation = default) =>
        _calls.RunAsync(
            new Call<IReadOnlyList<Alarm>>(
                Paths.Alarm, json => json.WriteString(Fields.Action, "GET"), MaintenanceAnswers.Alarms)
            {
                IsRepeatable = true,
            },
            cancellation);

    /// <summary>Disarms an alarm. Its cause must be gone, or it is raised again.</summary>
    public Task DisarmAsync(Alarm alarm, CancellationToken cancellation = default) =>
        _calls.RunAsync(
            new Call<bool>(
                Paths.Alarm,
                json =>
                {
                    json.WriteString(Fields.Action, "DEACTIVATE");
                    json.WriteUInt64(Fields.AlarmMemberId, alarm.MemberId);
                    json.WriteString(Fields.AlarmKind, MaintenanceAnswers.Name(alarm.Kind));
                },
                Answers.Done),
            cancellation);

    /// <summary>Gives the unused part of a member's database file back. The member serves nobody meanwhile.</summary>
    /// <param name="endpoint">Its address, one of <see cref="Endpoints"/>.</param>
    /// <param name="timeout">How long it may take: more for a large database.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public Task DefragmentAsync(Uri endpoint, TimeSpan timeout, CancellationToken cancellation = default) =>
        _calls.RunAsync(
            new Call<bool>(Paths.Defragment, _ => { }, _ => true) { Endpoint = endpoint, Timeout = timeout },
            cancellation);

    /// <summary>Makes sure that the members that answer, at least one, are of a version that is supported.</summary>
    /// <exception cref="EtcdUnsupportedException">One is older.</exception>
    /// <exception cref="EtcdUnavailableException">None answers.</exception>
    public async Task CheckVersionAsync(CancellationToken cancellation = default)
    {
        EtcdUnavailableException? silent = null;
        var answered = 0;
        foreach (var endpoint in Endpoints)
        {
            try
            {
                CheckVersion(endpoint, (await StatusAsync(endpoint, cancellation)).Version);
                answered++;
            }
            catch (EtcdUnavailableException unavailable)
            {
                silent = unavailable;
            }
        }
        if (answered == 0)
            throw silent!;
    }

    private static void CheckVersion(Uri endpoint, string text)
    {
        var number = text.Split('-', '+')[0];
        if (Version.TryParse(number, out var version) && version >= VersionMin)
            return;
        throw new EtcdUnsupportedException(
            $"The etcd member at {endpoint.Authority} is of version '{text}'; {VersionMin} or newer is needed. Older ones have "
            + "known errors that lose a ledger's guarantees: stale reads after a pause, events of watches lost or told twice "
            + "across compactions, leases revoked by a leader of old.");
    }
}
