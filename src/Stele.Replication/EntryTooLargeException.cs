namespace Stele.Replication;

/// <summary>What a command would write is larger than this ledger's log takes; nothing was written.</summary>
/// <param name="bytes">Its bytes.</param>
/// <param name="most">The bytes that an entry may have.</param>
public sealed class EntryTooLargeException(int bytes, int most)
    : Exception($"The entry would have {bytes} bytes; in this network an entry has {most} at most.");
