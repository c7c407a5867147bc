using Stele.Ledger.Entries;

namespace Stele.Ledger.Files;

/// <summary>An entry on its way into a ledger file.</summary>
/// <param name="SeqNo">Its place.</param>
/// <param name="Bytes">All its bytes, the 8-byte header included.</param>
/// <param name="MayEndFile">Whether it is a signature transaction: a file ends on one only.</param>
public readonly record struct LedgerFileEntry(SeqNo SeqNo, ReadOnlyMemory<byte> Bytes, bool MayEndFile)
{
    /// <summary>Whether its header asks that the file ends behind it: then it does on every node.</summary>
    public bool EndsFile => ((EntryFlags)Bytes.Span[sizeof(byte)]).HasFlag(EntryFlags.ForceChunkAfter);
}
