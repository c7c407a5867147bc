namespace Stele.Ledger.Files;

/// <summary>A ledger that does not verify.</summary>
/// <param name="file">The file, or the directory where no one file is to blame.</param>
/// <param name="offset">The byte in the file where the first bad entry, or the fault itself, begins.</param>
/// <param name="seqno">The first bad entry; none where the fault is not in one.</param>
/// <param name="reason">What is wrong.</param>
public sealed class LedgerCorruptException(string file, long offset, SeqNo? seqno, string reason)
    : Exception($"{file}, byte {offset}{(seqno is { } place ? $", seqno {place}" : "")}: {reason}")
{
    /// <summary>The file, or the directory where no one file is to blame.</summary>
    public string File { get; } = file;

    /// <summary>The byte in the file where the first bad entry, or the fault itself, begins.</summary>
    public long Offset { get; } = offset;

    /// <summary>The first bad entry; none where the fault is not in one.</summary>
    public SeqNo? SeqNo { get; } = seqno;

    /// <summary>What is wrong.</summary>
    public string Reason { get; } = reason;
}
