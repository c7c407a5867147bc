using System.Globalization;

namespace Stele.Ledger.Collections;

/// <summary>The name of a run's file: <c>collections_1-65536.run</c>.</summary>
internal static class RunName
{
    private const string Prefix = "collections_";
    private const string Suffix = ".run";
    private const string Unfinished = ".new";

    public static string Of(SeqNoRange range) => $"{Prefix}{range}{Suffix}";

    /// <summary>Where a run is while it is being written.</summary>
    public static string UnfinishedOf(string path) => path + Unfinished;

    /// <summary>Whether a file is a run that was not completed.</summary>
    public static bool IsUnfinished(string fileName) =>
        fileName.StartsWith(Prefix, StringComparison.Ordinal) && fileName.EndsWith(Suffix + Unfinished, StringComparison.Ordinal);

    /// <summary>Reads a file name.</summary>
    /// <returns>Whether it is a run's.</returns>
    public static bool TryParse(string fileName, out SeqNoRange range)
    {
        range = default;
        if (!fileName.StartsWith(Prefix, StringComparison.Ordinal) || !fileName.EndsWith(Suffix, StringComparison.Ordinal))
            return false;
        var parts = fileName[Prefix.Length..^Suffix.Length].Split('-');
        if (parts.Length != 2 || !TryParseSeqNo(parts[0], out var first) || !TryParseSeqNo(parts[1], out var last)) return false;
        range = new SeqNoRange(first, last);
        return first <= last && Of(range) == fileName;
    }

    private static bool TryParseSeqNo(string text, out SeqNo seqno)
    {
        seqno = default;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value < 1) return false;
        seqno = new SeqNo(value);
        return true;
    }
}
