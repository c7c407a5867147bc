using System.Text.Json;
using Stele.Etcd.Calls;
using Stele.Etcd.Wire;

namespace Stele.Etcd;

public sealed partial class EtcdClient
{
    /// <summary>Grants a lease: the keys put with it go when it does.</summary>
    /// <param name="timeToLive">How long it lives unless renewed; etcd counts whole seconds, and has a least of its own.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public Task<Lease> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellation = default) =>
        _calls.RunAsync(
            new Call<Lease>(
                Paths.GrantLease,
                json => json.WriteInt64(Fields.TimeToLive, (long)Math.Ceiling(timeToLive.TotalSeconds)),
                LeaseAnswers.Granted),
            cancellation);

    /// <summary>
    /// Renews a lease, once. It lives its full time again from some moment between call and answer: count from the call.
    /// </summary>
    public Task<LeaseLife> KeepAliveAsync(LeaseId lease, CancellationToken cancellation = default) =>
        _calls.RunAsync(
            AboutLease(Paths.KeepAlive, lease, json => LeaseAnswers.Renewed(json, lease)) with { IsRepeatable = true },
            cancellation);

    /// <summary>Asks how long a lease has left.</summary>
    public Task<LeaseLife> TimeToLiveAsync(LeaseId lease, CancellationToken cancellation = default) =>
        _calls.RunAsync(
            AboutLease(Paths.TimeToLive, lease, json => LeaseAnswers.Life(json, lease)) with { IsRepeatable = true },
            cancellation);

    /// <summary>
    /// Ends a lease, and deletes its keys. One that is gone is refused as <see cref="EtcdError.LeaseNotFound"/>.
    /// </summary>
    public Task RevokeLeaseAsync(LeaseId lease, CancellationToken cancellation = default) =>
        _calls.RunAsync(AboutLease(Paths.RevokeLease, lease, Answers.Done), cancellation);

    private static Call<T> AboutLease<T>(string path, LeaseId lease, Func<JsonElement, T> read) =>
        new(path, json => json.WriteInt64(Fields.Id, lease.Value), read);
}
