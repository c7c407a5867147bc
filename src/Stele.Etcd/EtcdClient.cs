using Stele.Etcd.Calls;
using Stele.Etcd.Wire;

namespace Stele.Etcd;

/// <summary>A client of an etcd cluster of version 3.5 or newer, by the JSON gateway that every member has.</summary>
/// <remarks>
/// <para>A call ends with its result or with one of these:</para>
/// <list type="bullet">
/// <item><see cref="EtcdException"/>: etcd refused it; nothing was taken.</item>
/// <item><see cref="EtcdUnavailableException"/>: no member served it; nothing was taken.</item>
/// <item><see cref="EtcdOutcomeUnknownException"/>: only of what changes something, and it may be taken.</item>
/// <item><see cref="OperationCanceledException"/>: the caller gave up; a write may be taken.</item>
/// </list>
/// <para>What only reads is asked of one member after the other until the time is over. What changes something goes to
/// another member only while nothing of it has been sent. All members may be called from many threads at once.</para>
/// </remarks>
public sealed partial class EtcdClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly EtcdOptions _options;
    private readonly TimeProvider _time;
    private readonly EtcdCalls _calls;

    /// <summary>A client that connects when it is first used.</summary>
    /// <param name="options">Where the cluster is.</param>
    /// <param name="time">The clock that time-outs run by.</param>
    /// <exception cref="ArgumentException">There is no endpoint, or one is no address that may be used.</exception>
    public EtcdClient(EtcdOptions options, TimeProvider time)
    {
        if (options.Endpoints.Count == 0)
            throw new ArgumentException("A cluster has at least one member.", nameof(options));
        (_options, _time) = (options, time);
        _http = Connections.Open(options);
        _calls = new EtcdCalls(_http, options, time);
    }

    /// <summary>The members' addresses.</summary>
    public IReadOnlyList<Uri> Endpoints => _options.Endpoints;

    /// <summary>Reads keys, as the whole cluster has them.</summary>
    public Task<RangeResult> RangeAsync(RangeQuery query, CancellationToken cancellation = default) =>
        _calls.RunAsync(
            new Call<RangeResult>(Paths.Range, json => Requests.Range(json, query), Answers.Range) { IsRepeatable = true },
            cancellation);

    /// <summary>Compares, and does one thing or another: all of it or nothing.</summary>
    public Task<TransactionResult> TransactAsync(EtcdTransaction transaction, CancellationToken cancellation = default) =>
        _calls.RunAsync(
            new Call<TransactionResult>(
                Paths.Transact,
                json => Requests.Transaction(json, transaction),
                json => Answers.Transaction(json, transaction))
            {
                IsRepeatable = transaction.IsReadOnly,
            },
            cancellation);

    /// <summary>Puts a value under a key.</summary>
    public Task<PutResult> PutAsync(EtcdOperation.Put put, CancellationToken cancellation = default) =>
        _calls.RunAsync(new Call<PutResult>(Paths.Put, json => Requests.Put(json, put), Answers.Put), cancellation);

    /// <summary>Deletes keys.</summary>
    public Task<DeleteResult> DeleteRangeAsync(KeyRange keys, CancellationToken cancellation = default) =>
        _calls.RunAsync(new Call<DeleteResult>(Paths.Delete, json => Requests.Keys(json, keys), Answers.Delete), cancellation);

    /// <summary>Forgets the history before a revision: what was deleted or overwritten by then takes no space any more.</summary>
    /// <param name="revision">The oldest revision that stays; a compacted one is refused as <see cref="EtcdError.Compacted"/>.</param>
    /// <param name="physical">Whether to wait until the space is free.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public Task CompactAsync(long revision, bool physical, CancellationToken cancellation = default) =>
        _calls.RunAsync(
            new Call<bool>(
                Paths.Compact,
                json =>
                {
                    json.WriteInt64(Fields.Revision, revision);
                    if (physical)
                        json.WriteBoolean(Fields.Physical, true);
                },
                Answers.Done),
            cancellation);

    /// <summary>Closes all connections; what is under way fails.</summary>
    public void Dispose() => _http.Dispose();
}
