using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Stele.Cryptography;
using Stele.Ledger.Files;

namespace Stele.Ledger.Backups;

/// <summary>The directory of a backup.</summary>
/// <remarks>
/// What is new is written into <c>incoming/</c> and flushed. Then the manifest is replaced: from that moment on the backup is the
/// new one, wherever a file of it lies. Then the files are moved to where they belong. A kill at any point leaves the backup of
/// before or the new one, and the next run puts in order what it finds.
/// </remarks>
public sealed class BackupDirectory
{
    private const string Incoming = "incoming";
    private const string LockName = "lock";
    private const int BufferBytes = 1 << 17;
    private const int ManifestBytesMax = 1 << 30;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersDirectory = OwnerOnly | UnixFileMode.UserExecute;
    private const UnixFileMode Readable = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private BackupDirectory(string path, BackupManifest? manifest) => (Location, Manifest) = (path, manifest);

    /// <summary>The directory's path.</summary>
    public string Location { get; }

    /// <summary>What the backup holds; null where none was ever finished.</summary>
    public BackupManifest? Manifest { get; private set; }

    private string Staging => Path.Combine(Location, Incoming);

    /// <summary>Opens a backup to read it; changes nothing.</summary>
    /// <exception cref="BackupException">There is none.</exception>
    /// <exception cref="FormatException">Its manifest is damaged.</exception>
    public static BackupDirectory OpenRead(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return new BackupDirectory(path, ReadManifest(path) ?? throw new BackupException(
            $"{path} is no backup: there is no {BackupManifest.FileName} in it. A first backup that was interrupted early leaves none."));
    }

    /// <summary>Keeps a run of a backup from changing a directory that is read, until it is disposed of.</summary>
    /// <param name="path">The backup.</param>
    /// <returns>Null where there is nothing to hold: no run has been here, or its lock cannot be read.</returns>
    /// <exception cref="IOException">A run has it.</exception>
    public static SafeFileHandle? Hold(string path)
    {
        try
        {
            return File.OpenHandle(Path.Combine(path, LockName), FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Opens a backup to add to it, or begins one; what an interrupted run left is put in order.</summary>
    /// <param name="path">The directory; made where it is not there.</param>
    /// <param name="held">Refuses a second run on the same directory until it is disposed of.</param>
    /// <exception cref="BackupException">The directory holds something else.</exception>
    /// <exception cref="FormatException">Its manifest is damaged.</exception>
    /// <exception cref="IOException">Another run has it, or it cannot be written.</exception>
    public static BackupDirectory OpenWrite(string path, out SafeFileHandle held)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var isNew = !Directory.Exists(path);
        Directory.CreateDirectory(path, OwnersDirectory);
        if (isNew) Durable.FlushDirectory(Path.GetDirectoryName(path)!);
        RefuseOthers(path);
        held = File.OpenHandle(Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            var backup = new BackupDirectory(path, ReadManifest(path));
            backup.PutInOrder();
            return backup;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Where a file lies: in its place, or still on its way there.</summary>
    public string PathOf(BackupFile file)
    {
        var onItsWay = Path.Combine(Staging, file.Name);
        return File.Exists(onItsWay) && DigestOf(onItsWay) == (file.Size, file.Digest) ? onItsWay : Path.Combine(Location, file.Name);
    }

    /// <summary>What of a file's path within the backup is a symbolic link, and so leads who knows where; null where nothing is.</summary>
    internal string? LinkTo(BackupFile file)
    {
        foreach (var root in new[] { Staging, Location })
            for (var path = Path.Combine(root, file.Name); path != Location; path = Path.GetDirectoryName(path)!)
                if (new FileInfo(path).LinkTarget is not null) return path;
        return null;
    }

    /// <summary>Where the new version of a file lies until the manifest says that it counts.</summary>
    internal string StagedPathOf(string name) => Path.Combine(Staging, name);

    /// <summary>The size and SHA-256 of a file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static (long Size, Digest Digest) DigestOf(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, BufferBytes, FileOptions.SequentialScan);
        return (file.Length, new Digest(SHA256.HashData(file)));
    }

    /// <summary>Copies a file's first bytes into the next version of the backup, and waits until the disk holds them.</summary>
    /// <param name="source">The file.</param>
    /// <param name="name">Its name in the backup.</param>
    /// <param name="length">How many bytes.</param>
    /// <param name="asOpen">Whether it is to be an open ledger file: its header says so, whatever the original's says by now.</param>
    /// <param name="isSecret">Whether only the owner may read it.</param>
    /// <param name="cancel">Interrupts it.</param>
    internal async Task<BackupFile> StageAsync(
        Stream source, string name, long length, bool asOpen, bool isSecret, CancellationToken cancel)
    {
        var path = StagedPathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, OwnersDirectory);
        File.Delete(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var to = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = isSecret ? OwnerOnly : Readable,
            BufferSize = 0,
        });
        await using var _ = to.ConfigureAwait(false);
        var buffer = new byte[BufferBytes];
        try
        {
            for (long done = 0; done < length;)
            {
                var wanted = buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - done));
                var read = await source.ReadAsync(wanted, cancel).ConfigureAwait(false);
                if (read == 0) throw new IOException($"{name} became shorter while it was copied.");
                if (asOpen && done < ChunkWriter.HeaderSize) buffer.AsSpan(0, Math.Min(read, (int)(ChunkWriter.HeaderSize - done))).Clear();
                hash.AppendData(buffer, 0, read);
                await to.WriteAsync(buffer.AsMemory(0, read), cancel).ConfigureAwait(false);
                done += read;
            }
        }
        finally
        {
            if (isSecret) CryptographicOperations.ZeroMemory(buffer);
        }
        Durable.Flush(to.SafeFileHandle);
        return new BackupFile(name, length, new Digest(hash.GetHashAndReset()), isSecret);
    }

    /// <summary>Makes what was staged the backup, for good.</summary>
    /// <exception cref="IOException">The disk refused; the backup is as it was before, or as it is now meant to be.</exception>
    internal void Commit(BackupManifest manifest)
    {
        if (Directory.Exists(Staging))
        {
            foreach (var directory in Directory.EnumerateDirectories(Staging)) Durable.FlushDirectory(directory);
            Durable.FlushDirectory(Staging);
            Durable.FlushDirectory(Location);
        }
        Durable.Replace(Path.Combine(Location, BackupManifest.FileName), BackupManifestJson.Write(manifest), Readable);
        Manifest = manifest;
        PutInOrder();
    }

    private static BackupManifest? ReadManifest(string path)
    {
        var file = new FileInfo(Path.Combine(path, BackupManifest.FileName));
        if (!file.Exists) return null;
        try
        {
            return file.Length <= ManifestBytesMax
                ? BackupManifestJson.Read(File.ReadAllBytes(file.FullName))
                : throw new FormatException("It is too large.");
        }
        catch (FormatException damage)
        {
            throw new FormatException($"{file.FullName}: {damage.Message}", damage);
        }
    }

    private static void RefuseOthers(string path)
    {
        string[] own = [BackupManifest.FileName, BackupManifest.FileName + Durable.UnfinishedSuffix, Incoming, LockName];
        if (File.Exists(Path.Combine(path, BackupManifest.FileName))) return;
        if (DirectoryEntries.Of(path).FirstOrDefault(entry => !own.Contains(Path.GetFileName(entry))) is { } other)
            throw new BackupException($"{path} is no backup, and not empty: there is {other}. Name a new directory.");
    }

    /// <summary>Moves what counts to its place, and deletes what does not.</summary>
    /// <remarks>
    /// What is superseded goes first: the ledger files in their place are a ledger at every moment, though perhaps a shorter one.
    /// </remarks>
    internal void PutInOrder()
    {
        var known = Manifest?.Files.ToDictionary(file => file.Name, StringComparer.Ordinal) ?? [];
        foreach (var name in Superseded().Where(name => !known.ContainsKey(name)).ToList()) File.Delete(Path.Combine(Location, name));
        if (!Directory.Exists(Staging)) return;
        var moved = new HashSet<string>(StringComparer.Ordinal) { Location };
        foreach (var path in Directory.GetFiles(Staging, "*", SearchOption.AllDirectories).Order(LedgerOrder.Instance))
        {
            var name = Path.GetRelativePath(Staging, path);
            if (!known.TryGetValue(name, out var file) || DigestOf(path) != (file.Size, file.Digest)) continue;
            var place = Path.Combine(Location, name);
            Directory.CreateDirectory(Path.GetDirectoryName(place)!, OwnersDirectory);
            File.Move(path, place, overwrite: true);
            moved.Add(Path.GetDirectoryName(place)!);
        }
        foreach (var directory in moved) Durable.FlushDirectory(directory);
        Directory.Delete(Staging, recursive: true);
    }

    private IEnumerable<string> Superseded()
    {
        foreach (var path in Directory.EnumerateFiles(Location))
            if (BackupNames.IsPoint(Path.GetFileName(path))) yield return Path.GetFileName(path);
        var ledger = Path.Combine(Location, "ledger");
        if (!Directory.Exists(ledger)) yield break;
        foreach (var path in Directory.EnumerateFiles(ledger))
            if (ChunkName.TryParse(Path.GetFileName(path), out var _)) yield return BackupFile.LedgerPrefix + Path.GetFileName(path);
    }

    private sealed class LedgerOrder : IComparer<string>
    {
        public static readonly LedgerOrder Instance = new();

        public int Compare(string? x, string? y) => FirstOf(x).CompareTo(FirstOf(y));

        private static long FirstOf(string? path) => ChunkName.TryParse(Path.GetFileName(path) ?? "", out var name) ? name.First.Value : 0;
    }
}
