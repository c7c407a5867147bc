using Stele.Ledger.Files;
using Stele.Ledger.Secrets;

namespace Stele.Ledger.Audit;

/// <summary>What an auditor knows beforehand.</summary>
public sealed record AuditOptions
{
    /// <summary>The ledger secrets; none for an auditor from outside.</summary>
    public LedgerSecrets? Secrets { get; init; }

    /// <summary>What the ledger's node remembers of how far it reaches; none where only the ledger files are at hand.</summary>
    public LedgerHeadRecord? Head { get; init; }

    /// <summary>Whether the ledger is being written to: then its last entry may be cut short.</summary>
    public bool IsBeingWritten { get; init; }

    /// <summary>Which signatures are verified. An altered entry is found either way.</summary>
    public SignatureChecks Signatures { get; init; } = SignatureChecks.Every;

    /// <summary>How many threads the work is cut out for; all cores where nothing else is said.</summary>
    internal int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>The size in bytes of the blocks of entries that are checked at a time; an entry may be larger.</summary>
    internal int BlockSize { get; init; } = ChunkReader.BlockSize;

    /// <summary>Who is told how far the audit has come.</summary>
    public IProgress<AuditProgress>? Progress { get; init; }
}

/// <summary>How far an audit has come.</summary>
/// <param name="BytesDone">The bytes read.</param>
/// <param name="BytesTotal">The bytes to read.</param>
/// <param name="Entries">The entries checked.</param>
public readonly record struct AuditProgress(long BytesDone, long BytesTotal, long Entries);
