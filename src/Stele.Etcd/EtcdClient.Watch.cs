using Stele.Etcd.Watching;

namespace Stele.Etcd;

public sealed partial class EtcdClient
{
    /// <summary>
    /// Tells of all changes of some keys, in their order, each once, for as long as the caller listens. Where the member
    /// or the connection fails, or nothing is heard for <see cref="EtcdOptions.WatchSilence"/>, it goes on behind the last
    /// change told, at another member if need be. A slow listener is waited for.
    /// </summary>
    /// <remarks>
    /// Begin near the newest revision: for a watch that begins far behind, etcd reads up to a thousand revisions at once,
    /// values included. Whoever is far behind reads ranges with a limit first.
    /// <para>
    /// Enumerating throws <see cref="EtcdException"/> where etcd refuses the watch, and
    /// <see cref="EtcdUnavailableException"/> where no member has held one for
    /// <see cref="EtcdOptions.RequestTimeout"/>.
    /// </para>
    /// </remarks>
    /// <param name="keys">Which keys.</param>
    /// <param name="fromRevision">The first revision to tell of, past or to come; 0 for what comes from now on.</param>
    /// <param name="cancellation">Ends the watch.</param>
    public IAsyncEnumerable<WatchUpdate> WatchAsync(
        KeyRange keys, long fromRevision, CancellationToken cancellation = default) =>
        new Watch(_calls, _options, _time, keys, fromRevision).RunAsync(cancellation);
}
