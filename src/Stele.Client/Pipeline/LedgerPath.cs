using System.Text;

namespace Stele.Client.Pipeline;

/// <summary>A path with its query, each part of it escaped.</summary>
internal sealed class LedgerPath
{
    private readonly StringBuilder _text;

    public LedgerPath(string version, string path) => _text = new StringBuilder(path).Append("?api-version=").Append(version);

    /// <summary>A name as one segment of a path.</summary>
    /// <exception cref="ArgumentException">It is no text in Unicode.</exception>
    public static string Segment(string name) => Uri.EscapeDataString(WireText.Demand(name, nameof(name)));

    /// <summary>Adds a parameter; none where there is no value.</summary>
    /// <exception cref="ArgumentException">The value is no text in Unicode.</exception>
    public LedgerPath With(string name, string? value)
    {
        if (value is not null) _text.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(WireText.Demand(value, name)));
        return this;
    }

    /// <summary>Adds a collection; none for the ledger's default one.</summary>
    /// <exception cref="ArgumentException">It has no name, or one that is no text in Unicode.</exception>
    public LedgerPath With(CollectionId? collection)
    {
        if (collection is not { } named) return this;
        return named.Value is { Length: > 0 } name
            ? With("collectionId", name)
            : throw new ArgumentException("A collection's name is not empty; for the default one, give null.", nameof(collection));
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
