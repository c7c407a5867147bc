namespace Stele.Server.Application;

/// <summary>A part of a ranged list.</summary>
/// <param name="Entries">The entries, by ascending id, or by descending.</param>
/// <param name="Continuation">The id that the next page starts from; none on the last page.</param>
public sealed record EntryPage(IReadOnlyList<Entry> Entries, TransactionId? Continuation);
