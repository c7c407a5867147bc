namespace Stele.Etcd;

/// <summary>
/// What a watch tells: <see cref="Events"/>, <see cref="Progress"/> and <see cref="Behind"/>, or, as its last, <see cref="Compacted"/> or
/// <see cref="Canceled"/>.
/// </summary>
public abstract record WatchUpdate
{
    private WatchUpdate()
    {
    }

    /// <summary>Changes, in the order of their revisions; those of one revision are never split.</summary>
    /// <param name="Revision">The last change's revision: a watch that begins behind it misses nothing.</param>
    /// <param name="Changes">At least one change.</param>
    public sealed record Events(long Revision, IReadOnlyList<KeyEvent> Changes) : WatchUpdate;

    /// <summary>All changes up to this revision have been told.</summary>
    /// <param name="Revision">The revision.</param>
    public sealed record Progress(long Revision) : WatchUpdate;

    /// <summary>
    /// The member that the watch goes on at has not come to where the watch has: it lags behind the others, or the cluster
    /// has lost its data. A read tells which.
    /// </summary>
    /// <param name="Revision">The member's revision.</param>
    public sealed record Behind(long Revision) : WatchUpdate;

    /// <summary>Changes that the watch has not told are compacted away: read what is there and begin behind it.</summary>
    /// <param name="Revision">The oldest revision that is still there.</param>
    public sealed record Compacted(long Revision) : WatchUpdate;

    /// <summary>etcd ended the watch.</summary>
    /// <param name="Reason">Why, in etcd's words.</param>
    public sealed record Canceled(string Reason) : WatchUpdate;
}

/// <summary>A change of one key: <see cref="Put"/> or <see cref="Deleted"/>.</summary>
/// <param name="Revision">The revision of the change.</param>
public abstract record KeyEvent(long Revision)
{
    /// <summary>The key was put.</summary>
    /// <param name="KeyValue">The key as it was then.</param>
    public sealed record Put(KeyValue KeyValue) : KeyEvent(KeyValue.ModRevision);

    /// <summary>The key was deleted, or went with its lease.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Revision">The revision of the deletion.</param>
    public sealed record Deleted(ReadOnlyMemory<byte> Key, long Revision) : KeyEvent(Revision);
}
