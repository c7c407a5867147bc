using System.Text.Json;
using Stele.Ledger.Files;

namespace Stele.Replication.Network;

/// <summary>What a node remembers of etcd from one start to the next, in a file of its own directory.</summary>
/// <remarks>
/// Revision and term only rise within one history; older ones than the last seen do no harm, so they are written now and
/// then. A file that cannot be read is one that is not there: the ledger's own checks stand in any case.
/// </remarks>
internal sealed class StoreMemory
{
    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly TimeProvider _time;
    private Seen? _seen;
    private Seen? _onDisk;
    private long _written;

    public StoreMemory(string path, TimeProvider time)
    {
        (_path, _time) = (path, time);
        _seen = _onDisk = Read(path);
        _written = time.GetTimestamp();
    }

    /// <summary>What was seen last; null where nothing is remembered.</summary>
    public Seen? Last => Volatile.Read(ref _seen);

    /// <summary>Takes note of a store that was found to be the right one.</summary>
    public void See(string id, long revision, ulong term)
    {
        lock (_lock)
        {
            var isNew = _seen?.Id != id;
            _seen = isNew ? new Seen(id, revision, term) : new Seen(id, Math.Max(_seen!.Revision, revision), Math.Max(_seen.Term, term));
            if (isNew || _time.GetElapsedTime(_written) >= Interval) Write();
        }
    }

    /// <summary>Takes note of how far the same store has come.</summary>
    public void See(long revision)
    {
        lock (_lock)
            if (_seen is { } last) See(last.Id, revision, last.Term);
    }

    /// <summary>Brings to the disk what is not there yet.</summary>
    public void Flush()
    {
        lock (_lock)
            if (_seen != _onDisk) Write();
    }

    private void Write()
    {
        _written = _time.GetTimestamp();
        var (id, revision, term) = _seen!;
        try
        {
            Durable.Replace(_path, JsonSerializer.SerializeToUtf8Bytes(new { id, revision, term }), Readable);
            _onDisk = _seen;
        }
        catch (IOException)
        {
            // A full disk: what stands there is older, which does no harm, and it is tried again.
        }
    }

    private static Seen? Read(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return new Seen(
                json.RootElement.GetProperty("id").GetString()!, json.RootElement.GetProperty("revision").GetInt64(),
                json.RootElement.GetProperty("term").GetUInt64());
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>A store as it was seen.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Revision">The revision that it had.</param>
    /// <param name="Term">The Raft term that it was in.</param>
    public sealed record Seen(string Id, long Revision, ulong Term);
}
