namespace Stele.Ledger.Entries;

/// <summary>What an entry's header asks of the file that it is in.</summary>
[Flags]
public enum EntryFlags
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The file ends behind this entry.</summary>
    ForceChunkAfter = 1,

    /// <summary>The file begins with this entry.</summary>
    ForceChunkBefore = 2,
}
