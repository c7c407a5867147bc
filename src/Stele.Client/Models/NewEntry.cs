using Stele.Client.Pipeline;

namespace Stele.Client;

/// <summary>An entry that is to be appended.</summary>
public sealed class NewEntry
{
    /// <summary>An entry with these contents.</summary>
    /// <param name="contents">Any text in Unicode.</param>
    /// <exception cref="ArgumentException">It has half a surrogate pair: the ledger would keep, and prove, another text.</exception>
    public NewEntry(string contents) => Contents = WireText.Demand(contents, nameof(contents));

    /// <summary>The contents.</summary>
    public string Contents { get; }

    /// <summary>The collection; null for the ledger's default one.</summary>
    public CollectionId? Collection { get; init; }

    /// <summary>
    /// Words by which the collection's entries can be listed, none empty and none with a comma. They are no part of what a receipt proves.
    /// </summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Functions that are run before the entry is written, in the same transaction: if one fails, nothing is written.</summary>
    public IReadOnlyList<EntryHook> PreHooks { get; init; } = [];

    /// <summary>Functions that are run after the entry is written, in the same transaction: if one fails, nothing is written.</summary>
    public IReadOnlyList<EntryHook> PostHooks { get; init; } = [];
}
