namespace Stele.Ledger.Files;

/// <summary>Where an entry lies in its file.</summary>
/// <param name="Offset">The byte it begins at.</param>
/// <param name="Size">Its bytes.</param>
internal readonly record struct EntryPlace(long Offset, int Size);
