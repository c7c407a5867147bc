namespace Stele.Ledger.Files;

/// <summary>The files of a ledger.</summary>
public static class LedgerDirectory
{
    /// <summary>The suffix by which CCF marks files that no reader is to read.</summary>
    private const string IgnoredSuffix = ".ignored";

    // A file that its node closes, and renames, while the directory is read may be listed twice or not at all.
    private const int LooksMax = 5;

    /// <summary>The ledger files of a directory, in order: without gap from seqno 1, an open one only at the end.</summary>
    /// <exception cref="LedgerCorruptException">A file is missing, or is there twice, or has no ledger file's name.</exception>
    public static IReadOnlyList<ChunkPath> Chunks(string directory)
    {
        for (var look = 1; ; look++)
        {
            try
            {
                return Look(directory);
            }
            catch (LedgerCorruptException) when (look < LooksMax)
            {
                // What is wrong in truth is so at every look.
            }
        }
    }

    /// <summary>Where a file is that was open when it was listed and has been closed since; null where it is nowhere.</summary>
    internal static string? ClosedSince(ChunkPath chunk) =>
        Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(chunk.Path))!)
            .FirstOrDefault(path => ChunkName.TryParse(Path.GetFileName(path), out var name)
                && name.IsCommitted && name.First == chunk.Name.First);

    private static List<ChunkPath> Look(string directory)
    {
        var chunks = Directory.EnumerateFiles(directory).Select(Parse).OfType<ChunkPath>().OrderBy(c => c.Name.First).ToList();
        var next = SeqNo.First;
        for (var i = 0; i < chunks.Count; i++)
        {
            var (path, name) = chunks[i];
            if (name.First != next)
                throw new LedgerCorruptException(path, 0, null, $"it begins with seqno {name.First} where {next} should follow");
            if (name.Last is { } last) next = last.Next;
            else if (i < chunks.Count - 1)
                throw new LedgerCorruptException(path, 0, null, "it is open, and yet another file follows it");
        }
        return chunks;
    }

    private static ChunkPath? Parse(string path)
    {
        var fileName = Path.GetFileName(path);
        if (fileName.EndsWith(IgnoredSuffix, StringComparison.Ordinal)) return null;
        return ChunkName.TryParse(fileName, out var name)
            ? new ChunkPath(path, name)
            : throw new LedgerCorruptException(
                path, 0, null, "it is no ledger file (ledger_1-20.committed, ledger_21); nothing else belongs here");
    }
}
