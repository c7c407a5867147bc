using Stele.Ledger.Files;

namespace Stele.Ledger.Snapshots;

/// <summary>The snapshots of a node on its disk.</summary>
/// <param name="path">The directory; it need not exist yet.</param>
public sealed class SnapshotDirectory(string path)
{
    /// <summary>How many snapshots are kept: should the newest be damaged, there is one before it.</summary>
    public const int Kept = 2;

    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The files by their names alone: snapshots with the newest first, and what is none.</summary>
    public SnapshotListing List()
    {
        if (!Directory.Exists(path)) return new SnapshotListing([], []);
        var snapshots = new List<SnapshotPath>();
        var skipped = new List<SkippedSnapshot>();
        foreach (var file in Directory.EnumerateFileSystemEntries(path))
        {
            if (SnapshotName.TryParse(Path.GetFileName(file), out var name)) snapshots.Add(new SnapshotPath(file, name));
            else skipped.Add(new SkippedSnapshot(file, "its name is no snapshot's (snapshot_61_62.committed)"));
        }
        snapshots.Sort((x, y) => (y.Name.SeqNo, y.Name.Evidence).CompareTo((x.Name.SeqNo, x.Name.Evidence)));
        return new SnapshotListing(snapshots, skipped);
    }

    /// <summary>Looks for the newest snapshot that verifies.</summary>
    /// <param name="verifier">Verifies each until one does.</param>
    /// <param name="upTo">The newest seqno that is wanted: how far the ledger beside it reaches.</param>
    /// <param name="isRecorded">Whether the ledger beside it holds the transaction that vouches for it.</param>
    public SnapshotSearch FindNewest(SnapshotVerifier verifier, SeqNo upTo, Func<SnapshotVerdict.Verified, bool> isRecorded)
    {
        var listing = List();
        var skipped = listing.Skipped.ToList();
        foreach (var snapshot in listing.Snapshots)
        {
            switch (Verify(snapshot, verifier, upTo))
            {
                case SnapshotVerdict.Verified found when isRecorded(found):
                    return new SnapshotSearch(found, skipped);
                case SnapshotVerdict.Verified:
                    skipped.Add(new SkippedSnapshot(snapshot.Path, "no transaction of this ledger records it", IsOfAnotherLedger: true));
                    break;
                case SnapshotVerdict.Refused refused:
                    skipped.Add(new SkippedSnapshot(snapshot.Path, refused.Reason));
                    break;
            }
        }
        return new SnapshotSearch(null, skipped);
    }

    /// <summary>Puts a snapshot's file in place, for good, or leaves the directory as it was.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="file">Its contents.</param>
    /// <exception cref="IOException">It could not be written, or the disk did not confirm it.</exception>
    public void Write(SnapshotName name, SnapshotFile file)
    {
        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path);
            Durable.FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        Durable.Replace(Path.Combine(path, name.ToString()), file.ToBytes(), Readable);
    }

    /// <summary>Deletes all snapshots but the newest <see cref="Kept"/>, and what a crash left unfinished.</summary>
    /// <exception cref="IOException">One could not be deleted.</exception>
    public void Prune()
    {
        var (snapshots, skipped) = List();
        foreach (var old in snapshots.Skip(Kept)) File.Delete(old.Path);
        foreach (var file in skipped.Where(file => IsUnfinished(Path.GetFileName(file.Path)))) File.Delete(file.Path);
    }

    private static bool IsUnfinished(string fileName) =>
        fileName.EndsWith(Durable.UnfinishedSuffix, StringComparison.Ordinal)
        && SnapshotName.TryParse(fileName[..^Durable.UnfinishedSuffix.Length], out _);

    private static SnapshotVerdict Verify(SnapshotPath snapshot, SnapshotVerifier verifier, SeqNo upTo)
    {
        if (snapshot.Name.Evidence > upTo) return new SnapshotVerdict.Refused($"the ledger ends with seqno {upTo}, before it");
        try
        {
            var verdict = verifier.Verify(File.ReadAllBytes(snapshot.Path));
            return verdict is SnapshotVerdict.Verified found && NameOf(found) != snapshot.Name
                ? new SnapshotVerdict.Refused($"it is {NameOf(found)} by what it says")
                : verdict;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new SnapshotVerdict.Refused($"it cannot be read: {fault.Message}");
        }
    }

    private static SnapshotName NameOf(SnapshotVerdict.Verified found) => new(found.Contents.SeqNo, found.Evidence.SeqNo);
}
