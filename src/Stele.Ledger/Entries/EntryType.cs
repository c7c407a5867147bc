namespace Stele.Ledger.Entries;

/// <summary>What an entry's public domain holds before its tables.</summary>
public enum EntryType
{
    /// <summary>Neither digest; from old services only.</summary>
    WriteSet = 0,

    /// <summary>A snapshot; never in a ledger file.</summary>
    Snapshot = 1,

    /// <summary>A claims digest; from old services only.</summary>
    WriteSetWithClaims = 2,

    /// <summary>A commit evidence digest; from old services only.</summary>
    WriteSetWithCommitEvidence = 3,

    /// <summary>Both digests: what is written.</summary>
    WriteSetWithCommitEvidenceAndClaims = 4,
}
