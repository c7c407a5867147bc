using System.Globalization;

namespace Stele.Ledger.Files;

/// <summary>
/// The name of a ledger file: <c>ledger_21</c> while it is open, <c>ledger_1-20.committed</c> when it is closed.
/// </summary>
/// <param name="First">The seqno of its first entry.</param>
/// <param name="Last">The seqno of its last entry; none while it is open.</param>
public readonly record struct ChunkName(SeqNo First, SeqNo? Last)
{
    private const string Prefix = "ledger_";
    private const string CommittedSuffix = ".committed";
    private const string RecoverySuffix = ".recovery";

    /// <summary>Whether the file is closed.</summary>
    public bool IsCommitted => Last is not null;

    /// <summary>Reads a file name, with CCF's suffix of files that a recovering service has written or without.</summary>
    /// <returns>Whether it is a ledger file's.</returns>
    public static bool TryParse(string fileName, out ChunkName name)
    {
        name = default;
        if (!fileName.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        var range = Without(fileName[Prefix.Length..], RecoverySuffix);
        var committed = range.EndsWith(CommittedSuffix, StringComparison.Ordinal);
        range = Without(range, CommittedSuffix);
        var dash = range.IndexOf('-', StringComparison.Ordinal);
        if (committed != dash >= 0 || !TryParseSeqNo(dash < 0 ? range : range[..dash], out var first)) return false;
        if (dash < 0)
        {
            name = new ChunkName(first, null);
            return true;
        }
        if (!TryParseSeqNo(range[(dash + 1)..], out var last) || last < first) return false;
        name = new ChunkName(first, last);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Last is { } last ? $"{Prefix}{First}-{last}{CommittedSuffix}" : $"{Prefix}{First}";

    private static string Without(string text, string suffix) =>
        text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text;

    private static bool TryParseSeqNo(string text, out SeqNo seqno)
    {
        seqno = default;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value < 1) return false;
        if (text[0] == '0') return false;
        seqno = new SeqNo(value);
        return true;
    }
}

/// <summary>A ledger file on disk.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Name">What its name says.</param>
public sealed record ChunkPath(string Path, ChunkName Name);
