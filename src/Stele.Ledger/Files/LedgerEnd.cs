namespace Stele.Ledger.Files;

/// <summary>Where the ledger's files end.</summary>
/// <param name="File">The first seqno of the open file; <see cref="SeqNo.None"/> between two files.</param>
/// <param name="Length">The open file's length in bytes.</param>
public readonly record struct LedgerEnd(SeqNo File, long Length)
{
    /// <summary>The end right behind a closed file.</summary>
    public static readonly LedgerEnd BetweenFiles;
}
