using Stele.Ledger.Files;

namespace Stele.Ledger.Backups;

/// <summary>
/// Verifies a backup by itself: the size and SHA-256 of each file, and the ledger as an auditor without secrets does, from its
/// first entry on: all entries, the Merkle tree, the signatures.
/// </summary>
public static class BackupVerification
{
    /// <summary>Verifies all of a backup; changes nothing.</summary>
    /// <exception cref="IOException">A file cannot be read, for another reason than that it is not there.</exception>
    public static BackupVerdict Run(BackupDirectory backup, CancellationToken cancel)
    {
        var manifest = backup.Manifest ?? throw new BackupException($"{backup.Location} holds no backup.");
        var faults = new List<BackupFault>();
        foreach (var file in manifest.Files)
        {
            cancel.ThrowIfCancellationRequested();
            if (Check(backup, file, isRead: true) is { } fault) faults.Add(fault);
        }
        var sequence = new BackupSequence(null);
        try
        {
            Read(backup, manifest, sequence, cancel);
            if (sequence.Last != manifest.Last) faults.Add(OfManifest($"it ends with {manifest.Last}, the ledger with {sequence.Last}"));
            else if (sequence.Root != manifest.Root) faults.Add(OfManifest("its Merkle root is not the ledger's"));
            if (sequence.ServiceCertificate != manifest.ServiceCertificate)
                faults.Add(OfManifest("it names another service than the ledger's"));
        }
        catch (LedgerCorruptException damage) when (faults.Any(fault => fault.File == damage.File))
        {
            // It was told already, by its digest.
        }
        catch (LedgerCorruptException damage)
        {
            var place = damage.SeqNo is { } seqno ? $", seqno {seqno}" : "";
            faults.Add(new BackupFault(damage.File, $"byte {damage.Offset}{place}: {damage.Reason}"));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            // So was this.
        }
        return new BackupVerdict(manifest, sequence.Last, faults);

        BackupFault OfManifest(string reason) => new(Path.Combine(backup.Location, BackupManifest.FileName), reason);
    }

    /// <summary>What is wrong with a file of a backup; null where nothing is.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="file">The file.</param>
    /// <param name="isRead">Whether all of it is read; else it need only be there, in its size.</param>
    internal static BackupFault? Check(BackupDirectory backup, BackupFile file, bool isRead)
    {
        if (backup.LinkTo(file) is { } link) return new BackupFault(link, "it is a symbolic link, and a backup has none");
        var path = backup.PathOf(file);
        if (!File.Exists(path)) return new BackupFault(path, "it is missing");
        var size = new FileInfo(path).Length;
        if (size != file.Size) return new BackupFault(path, $"it has {size} bytes, not {file.Size}");
        if (!isRead) return null;
        var digest = BackupDirectory.DigestOf(path).Digest;
        return digest == file.Digest ? null : new BackupFault(path, $"its SHA-256 is {digest}, not {file.Digest}");
    }

    private static void Read(BackupDirectory backup, BackupManifest manifest, BackupSequence sequence, CancellationToken cancel)
    {
        foreach (var file in manifest.LedgerFiles)
        {
            var (path, name) = (backup.PathOf(file), file.Chunk!.Value);
            if (name.First != sequence.Last.SeqNo.Next)
                throw new LedgerCorruptException(
                    path, 0, null, $"it begins with {name.First}, and {sequence.Last.SeqNo.Next} should follow");
            sequence.Accept(new ChunkPath(path, name), cancel);
        }
    }
}
