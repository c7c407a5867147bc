using Stele.Cryptography;

namespace Stele.Ledger.Backups;

/// <summary>A file of a backup, as its manifest names it.</summary>
/// <param name="Name">Its path inside the backup, with <c>/</c> between the parts.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Digest">SHA-256 of its bytes.</param>
/// <param name="IsSecret">Whether it is one of the node's own files: keys, sealed as they were, and what belongs to them.</param>
public sealed record BackupFile(string Name, long Size, Digest Digest, bool IsSecret)
{
    /// <summary>The directory of ledger files inside a backup.</summary>
    internal const string LedgerPrefix = "ledger/";

    /// <summary>When its original was last written to, as it was when it was copied; none where that says nothing.</summary>
    public DateTime? Modified { get; init; }

    /// <summary>What its name says where it is a ledger file.</summary>
    internal Files.ChunkName? Chunk =>
        Name.StartsWith(LedgerPrefix, StringComparison.Ordinal) && Files.ChunkName.TryParse(Name[LedgerPrefix.Length..], out var chunk)
            ? chunk
            : null;
}

/// <summary>A file of a node that goes into a backup beside the ledger files.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Name">Its path inside the backup, with <c>/</c> between the parts.</param>
/// <param name="IsSecret">Whether only its owner may read it.</param>
public sealed record BackupExtra(string Path, string Name, bool IsSecret);
