using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Signatures;

namespace Stele.Ledger.Backups;

/// <summary>Brings a data directory back from a backup: verified as it is written, whole or not at all.</summary>
/// <param name="backup">The backup, which has been verified up to where it is used.</param>
/// <param name="plan">What is restored.</param>
public sealed class LedgerRestore(BackupDirectory backup, RestorePlan plan)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersDirectory = OwnerOnly | UnixFileMode.UserExecute;
    private const UnixFileMode Readable = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const int BufferBytes = 1 << 17;
    private const string Restoring = ".restoring";

    /// <summary>Stands in the directory that a restore writes to: what it does not stand in is somebody else's.</summary>
    private const string Mark = ".stele-restore";

    /// <summary>What is restored up to a transaction.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="verdict">What the backup was verified to hold.</param>
    /// <param name="to">The last transaction that is wanted; null for all.</param>
    /// <param name="withSecrets">Whether the node's own files are restored with it.</param>
    /// <exception cref="BackupException">The backup does not hold that, or what it takes is damaged.</exception>
    public static RestorePlan Plan(BackupDirectory backup, BackupVerdict verdict, TransactionId? to, bool withSecrets)
    {
        var manifest = verdict.Manifest;
        if (to is { } wanted && wanted.SeqNo > manifest.Last.SeqNo)
            throw new BackupException($"The backup ends with {manifest.Last}, before {wanted}.");
        var reaches = to is { } end ? Math.Min(end.SeqNo.Value, manifest.Last.SeqNo.Value) : manifest.Last.SeqNo.Value;
        if (verdict.WholeUpTo.SeqNo.Value < reaches || (to is null && verdict.Faults.Count > 0))
            throw new BackupException(Damage(verdict), isDamage: true);
        var ledger = manifest.LedgerFiles.Where(file => file.Chunk!.Value.First.Value <= reaches).ToList();
        if (ledger.Count == 0 || (to is { } id && !IsSignedUpTo(backup, ledger[^1], id) && ledger.Count == 1))
            throw new BackupException($"No signature stands at or before {to}: nothing can be restored.");
        var others = manifest.Files.Where(file => file.Chunk is null && file.Name != manifest.Point && (withSecrets || !file.IsSecret));
        return new RestorePlan(manifest, ledger, [.. others], to);
    }

    /// <summary>Writes it.</summary>
    /// <param name="directory">The data directory: not there, or empty.</param>
    /// <param name="cancel">Interrupts it; nothing is left where the data directory would be.</param>
    /// <returns>The signature transaction that the restored ledger ends with.</returns>
    /// <exception cref="BackupException">The directory is not empty, or the backup has changed meanwhile.</exception>
    /// <exception cref="IOException">Files cannot be read or written.</exception>
    public TransactionId Run(string directory, CancellationToken cancel)
    {
        directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        RefuseFull(directory);
        // A directory that is there may be a mounted disk, whose name nothing else can take: all is made within it.
        var isThere = Directory.Exists(directory);
        var made = isThere ? Path.Combine(directory, Restoring) : directory + Restoring;
        Begin(made);
        try
        {
            var last = WriteLedger(made, cancel);
            foreach (var file in plan.Others) Copy(file, Path.Combine(made, file.Name), isCut: false, cancel);
            foreach (var part in Directory.EnumerateDirectories(made)) Durable.FlushDirectory(part);
            Durable.FlushDirectory(made);
            RefuseFull(directory);
            PutInPlace(made, directory, isThere);
            return last;
        }
        finally
        {
            if (Directory.Exists(made)) Directory.Delete(made, recursive: true);
        }
    }

    // What a restore that was cut short left is begun anew.
    private static void Begin(string made)
    {
        var mark = Path.Combine(made, Mark);
        if (Directory.Exists(made) && Directory.EnumerateFileSystemEntries(made).Any() && !File.Exists(mark))
            throw new BackupException($"{made} is there, and no restore has made it. See what it is, and remove it.");
        if (Directory.Exists(made)) Directory.Delete(made, recursive: true);
        Directory.CreateDirectory(made, OwnersDirectory);
        File.WriteAllBytes(mark, []);
    }

    /// <summary>Refuses a directory in which something is.</summary>
    /// <exception cref="BackupException">Something is.</exception>
    public static void RefuseFull(string directory)
    {
        if (File.Exists(directory) || (Directory.Exists(directory) && DirectoryEntries.Of(directory).Any(IsOthers)))
            throw new BackupException($"{directory} is not empty; nothing is restored over what is there. Name a new directory.");

        static bool IsOthers(string entry) => Path.GetFileName(entry) != Restoring;
    }

    private static void PutInPlace(string made, string directory, bool isThere)
    {
        if (isThere)
        {
            // No node starts on a ledger without its head, nor begins another where there is a ledger.
            Directory.Move(Path.Combine(made, "ledger"), Path.Combine(directory, "ledger"));
            foreach (var path in Directory.GetDirectories(made)) Directory.Move(path, Path.Combine(directory, Path.GetFileName(path)));
            foreach (var path in Directory.GetFiles(made).Where(path => Path.GetFileName(path) is not ("head" or Mark)))
                File.Move(path, Path.Combine(directory, Path.GetFileName(path)));
            Durable.FlushDirectory(directory);
            Durable.Rename(Path.Combine(made, "head"), Path.Combine(directory, "head"));
        }
        else
        {
            File.Delete(Path.Combine(made, Mark));
            Directory.Move(made, directory);
            Durable.FlushDirectory(Path.GetDirectoryName(directory)!);
        }
    }

    // Whether a signature stands in a file at or before a transaction, which must be in it.
    private static bool IsSignedUpTo(BackupDirectory backup, BackupFile file, TransactionId to)
    {
        using var reader = ChunkReader.Open(new ChunkPath(backup.PathOf(file), file.Chunk!.Value));
        var isSigned = false;
        while (reader.TryReadNext(out _, out var bytes))
        {
            var entry = LedgerEntry.Parse(bytes);
            isSigned |= SignatureRecord.IsSignature(entry);
            if (entry.Id.SeqNo < to.SeqNo) continue;
            return entry.Id == to ? isSigned : throw new BackupException($"The backup holds {entry.Id}, and not {to}.");
        }
        throw new BackupException($"The backup does not hold {to}.");
    }

    private TransactionId WriteLedger(string made, CancellationToken cancel)
    {
        var sequence = new BackupSequence(null);
        var end = LedgerEnd.BetweenFiles;
        foreach (var file in plan.Ledger)
        {
            var name = file.Chunk!.Value;
            var path = Path.Combine(made, file.Name);
            var isCut = plan.To is { } to && (name.Last is not { } last || last > to.SeqNo);
            Copy(file, path, isCut, cancel);
            if (isCut && Cut(ref path, ref name, plan.To!.Value) == 0) break;
            sequence.Accept(new ChunkPath(path, name), cancel);
            if (!name.IsCommitted) end = new LedgerEnd(name.First, new FileInfo(path).Length);
        }
        using var head = LedgerHead.Open(Path.Combine(made, "head"));
        head.Write(new LedgerHeadRecord(sequence.Last, end, sequence.Last, sequence.Root));
        head.Flush();
        return sequence.Last;
    }

    // The file becomes an open one that ends with the last signature at or before the transaction.
    private static long Cut(ref string path, ref ChunkName name, TransactionId to)
    {
        long length = 0;
        using (var reader = ChunkReader.Open(new ChunkPath(path, name)))
        {
            var isThere = false;
            while (!isThere && reader.TryReadNext(out var offset, out var bytes))
            {
                var entry = LedgerEntry.Parse(bytes);
                isThere = entry.Id.SeqNo == to.SeqNo;
                if (SignatureRecord.IsSignature(entry)) length = offset + bytes.Length;
            }
        }
        var open = Path.Combine(Path.GetDirectoryName(path)!, new ChunkName(name.First, null).ToString());
        if (length == 0) File.Delete(path);
        else
        {
            using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite))
            {
                RandomAccess.Write(file, new byte[ChunkWriter.HeaderSize], 0);
                RandomAccess.SetLength(file, length);
                Durable.Flush(file);
            }
            File.Move(path, open);
        }
        (path, name) = (open, new ChunkName(name.First, null));
        return length;
    }

    // What is cut off may be damaged: what stays of such a file is verified as all of the ledger is.
    private void Copy(BackupFile file, string path, bool isCut, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, OwnersDirectory);
        using (var from = File.OpenRead(backup.PathOf(file)))
        using (var to = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = file.IsSecret ? OwnerOnly : Readable,
            BufferSize = 0,
        }))
        {
            cancel.ThrowIfCancellationRequested();
            from.CopyTo(to, BufferBytes);
            Durable.Flush(to.SafeFileHandle);
        }
        if (!isCut && BackupDirectory.DigestOf(path) != (file.Size, file.Digest))
            throw new BackupException(
                $"{backup.PathOf(file)} is not what it was when it was verified. Nothing was restored.", isDamage: true);
    }

    private static string Damage(BackupVerdict verdict)
    {
        var what = string.Concat(verdict.Faults.Select(fault => $"\n  {fault.File}: {fault.Reason}"));
        var rest = verdict.WholeUpTo.SeqNo == SeqNo.None
            ? ""
            : $" Up to {verdict.WholeUpTo} all verifies: --to {verdict.WholeUpTo} restores that, and what follows is lost.";
        return $"The backup is damaged, and nothing was restored:{what}\nA node's own copy of a ledger file that ends in .committed, or "
            + $"another backup's, can be put in its place: it must have the SHA-256 that {BackupManifest.FileName} says.{rest}";
    }
}

/// <summary>What is restored of a backup.</summary>
/// <param name="Manifest">The backup's manifest.</param>
/// <param name="Ledger">The ledger files, in order.</param>
/// <param name="Others">The other files.</param>
/// <param name="To">The last transaction that is wanted; null for all.</param>
public sealed record RestorePlan(
    BackupManifest Manifest, IReadOnlyList<BackupFile> Ledger, IReadOnlyList<BackupFile> Others, TransactionId? To);
