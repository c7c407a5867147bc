using Stele.Ledger.Backups;
using Stele.Server.Sealing;

namespace Stele.Server.Home;

/// <summary>Which files of a data directory go into a backup beside the ledger's.</summary>
/// <remarks>
/// Snapshots and indexes are made again from the ledger; <c>head</c> is written by whoever restores; the rest is of one run.
/// </remarks>
/// <param name="Files">They.</param>
/// <param name="Withheld">Files that hold keys of persons, or open the sealed ones, and stay where they are: why, by path.</param>
public sealed record BackupFiles(IReadOnlyList<BackupExtra> Files, IReadOnlyDictionary<string, string> Withheld)
{
    /// <summary>What a data directory has of them.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="withSecrets">Whether the node's keys are wanted, sealed as they lie there.</param>
    /// <param name="withSealKey">Whether the key file that opens them is wanted too, where it lies among them.</param>
    /// <exception cref="LedgerHomeException">
    /// A key is not sealed, others than its owner can read it, or all are being sealed in another way.
    /// </exception>
    public static BackupFiles Of(string directory, bool withSecrets, bool withSealKey)
    {
        var files = Existing(directory, BackupNames.Public, isSecret: false).ToList();
        var withheld = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!withSecrets) return new BackupFiles(files, withheld);
        files.AddRange(Existing(directory, BackupNames.OfTheNode, isSecret: true));
        if (Resealing.IsUnderWay(directory))
            throw new LedgerHomeException(
                $"A re-sealing of {directory} is under way, or was cut short: keys of two seals are no backup. Start the node, or wait.");
        var keys = SealedFiles.DirectoryOf(directory);
        foreach (var path in SealedFiles.Sealable(keys).Order(StringComparer.Ordinal))
        {
            if (!SealedFiles.IsSealed(path))
                throw new LedgerHomeException(
                    $"{path} is not sealed, and is not copied so. Seal it: start the node, or run stele node seal.");
            files.Add(Key(path));
        }
        var wrapped = Path.Combine(keys, SealedFiles.DataKey);
        if (File.Exists(wrapped)) files.Add(Key(wrapped));
        var sealKey = Path.Combine(keys, SealedFiles.KeyFile);
        if (File.Exists(sealKey) && withSealKey) files.Add(Key(sealKey));
        else if (File.Exists(sealKey))
            withheld[sealKey] = "it opens the others; keep a copy of it in another place, or say --with-seal-key";
        foreach (var path in SealedFiles.Others(keys).Append(Path.Combine(directory, "administrator.pem")).Where(File.Exists))
            withheld[path] = "it is a person's, or not the node's";
        return new BackupFiles(files, withheld);
    }

    /// <summary>The ledger's name as the node noted it; null where it did not.</summary>
    public static string? LedgerIdIn(string directory)
    {
        if (JoinMark.ReadLedgerId(directory) is { } told) return told;
        try
        {
            return EndpointFile.Read(directory)?.LedgerId;
        }
        catch (Exception unknown) when (unknown is IOException or FormatException)
        {
            return null;
        }
    }

    /// <summary>What opens the sealed files among these, as their first lines say: key-file, vault or platform; null without any.</summary>
    public static string? OpenedBy(IEnumerable<string> paths)
    {
        Span<byte> start = stackalloc byte[64];
        foreach (var path in paths)
        {
            using var file = File.OpenHandle(path);
            var read = start[..RandomAccess.Read(file, start, 0)];
            if (SealedHeader.IsThere(read)) return SealedHeader.Read(read, out _).Way;
        }
        return null;
    }

    private static BackupExtra Key(string path)
    {
        SecretFile.DemandPrivate(path);
        return new(path, BackupNames.OfKey(Path.GetFileName(path)), IsSecret: true);
    }

    private static IEnumerable<BackupExtra> Existing(string directory, IEnumerable<string> names, bool isSecret) =>
        from name in names
        let path = Path.Combine(directory, name)
        where File.Exists(path)
        select new BackupExtra(path, name, isSecret);
}
