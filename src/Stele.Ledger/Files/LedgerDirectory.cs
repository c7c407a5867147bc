namespace Stele.Ledger.Files;

/// <summary>The files of a ledger.</summary>
public static class LedgerDirectory
{
    /// <summary>The suffix by which CCF marks files that no reader is to read.</summary>
    private const string IgnoredSuffix = ".ignored";

    /// <summary>The ledger files of a directory, in order: without gap from seqno 1, an open one only at the end.</summary>
    /// <exception cref="LedgerCorruptException">A file is missing, or is there twice, or has no ledger file's name.</exception>
    public static IReadOnlyList<ChunkPath> Chunks(string directory)
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
