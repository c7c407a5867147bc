using Stele.Ledger.Files;
using Stele.Ledger.Snapshots;

namespace Stele.Ledger.Copying;

/// <summary>
/// The directory of files that come from another node. Nothing in it is a ledger: what is being copied has another name,
/// what is copied is verified before it gets its own, and all of it is moved only when the last of it is there.
/// </summary>
/// <remarks>
/// The last is a head, as a node has one: how far the files reach. From then on moving is only ever gone on with, whatever
/// comes between.
/// </remarks>
/// <param name="directory">The directory; it need not exist yet.</param>
public sealed class IncomingLedger(string directory)
{
    private const string PartSuffix = ".part";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The directory's path.</summary>
    public string Location => directory;

    /// <summary>Whether all is there, and only to be moved.</summary>
    public bool IsFinished => Finished is not null;

    /// <summary>How far it reaches, once all is there; null before.</summary>
    public LedgerHeadRecord? Finished => LedgerHead.Read(Head);

    private string Head => Path.Combine(directory, "head");

    /// <summary>The ledger files that were verified, in order and without gap; what does not follow them is deleted.</summary>
    /// <param name="from">The entry that the first of them must begin with.</param>
    public IReadOnlyList<ChunkPath> Chunks(SeqNo from)
    {
        Directory.CreateDirectory(directory, OwnerOnly);
        var found = from path in Directory.GetFiles(directory, "ledger_*.committed")
                    where ChunkName.TryParse(Path.GetFileName(path), out _)
                    let chunk = new ChunkPath(path, NameOf(path))
                    orderby chunk.Name.First
                    select chunk;
        var chunks = new List<ChunkPath>();
        foreach (var chunk in found)
        {
            if (chunk.Name.First == (chunks.Count == 0 ? from : chunks[^1].Name.Last!.Value.Next)) chunks.Add(chunk);
            else File.Delete(chunk.Path);
        }
        return chunks;
    }

    /// <summary>Where a file is while it is being copied, or was when the copying was interrupted.</summary>
    public string PartOf(string name) => Path.Combine(directory, name + PartSuffix);

    /// <summary>Keeps a file that is whole and verified.</summary>
    /// <exception cref="IOException">The disk did not confirm it.</exception>
    public void Keep(string name)
    {
        using (var file = File.OpenHandle(PartOf(name), FileMode.Open, FileAccess.ReadWrite)) Durable.Flush(file);
        Durable.Rename(PartOf(name), Path.Combine(directory, name));
    }

    /// <summary>Deletes all that is not finished.</summary>
    public void Clear()
    {
        if (Directory.Exists(directory) && !IsFinished) Directory.Delete(directory, recursive: true);
    }

    /// <summary>Notes, for good, that all is there.</summary>
    public void Finish(LedgerHeadRecord reaches)
    {
        using var head = LedgerHead.Open(Head);
        head.Write(reaches);
        head.Flush();
    }

    /// <summary>Moves what is finished to where a node has it; does nothing where nothing is.</summary>
    /// <param name="ledger">The node's directory of ledger files.</param>
    /// <param name="snapshots">Its directory of snapshots.</param>
    /// <param name="headFile">The file in which it remembers how far its ledger reaches.</param>
    /// <exception cref="IOException">The node runs, or the disk refuses.</exception>
    public void Adopt(string ledger, string snapshots, string headFile)
    {
        if (LedgerHead.Read(Head) is not { } reaches) return;
        using (var head = LedgerHead.Open(headFile))
        {
            Directory.CreateDirectory(ledger);
            Directory.CreateDirectory(snapshots);
            DeleteSuperseded(ledger, reaches.Durable.SeqNo);
            foreach (var path in Directory.GetFiles(directory))
            {
                var name = Path.GetFileName(path);
                if (ChunkName.TryParse(name, out _)) File.Move(path, Path.Combine(ledger, name), overwrite: true);
                else if (SnapshotName.TryParse(name, out _)) File.Move(path, Path.Combine(snapshots, name), overwrite: true);
            }
            Durable.FlushDirectory(ledger);
            Durable.FlushDirectory(snapshots);
            head.Write(reaches);
            head.Flush();
        }
        File.Delete(Head);
        Durable.FlushDirectory(directory);
        Directory.Delete(directory, recursive: true);
    }

    // The file that the node had open holds the beginning of the first that comes.
    private static void DeleteSuperseded(string ledger, SeqNo last)
    {
        foreach (var path in Directory.GetFiles(ledger))
            if (ChunkName.TryParse(Path.GetFileName(path), out var name) && !name.IsCommitted && name.First <= last) File.Delete(path);
    }

    private static ChunkName NameOf(string path) => ChunkName.TryParse(Path.GetFileName(path), out var name) ? name : default;
}
