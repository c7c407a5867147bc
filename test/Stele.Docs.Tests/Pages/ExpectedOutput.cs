using System.Text.RegularExpressions;

namespace Stele.Docs.Tests.Pages;

/// <summary>Compares what a page shows with what was said: ids, numbers and times may differ, and <c>…</c> is anything.</summary>
internal static partial class ExpectedOutput
{
    /// <summary>The first line shown that was not said, in the order shown; null where all were.</summary>
    public static string? Missing(string shown, string said)
    {
        var lines = said.Split('\n');
        var next = 0;
        foreach (var line in shown.Split('\n').Where(line => line.Trim() is not ("" or "…")))
        {
            var pattern = new Regex($@"^\s*{Pattern(line)}\s*$", RegexOptions.None, TimeSpan.FromSeconds(5));
            var found = Array.FindIndex(lines, next, pattern.IsMatch);
            if (found < 0)
                return line;
            next = found + 1;
        }
        return null;
    }

    private static string Pattern(string line)
    {
        var escaped = Regex.Escape(Varying().Replace(line.Trim(), "\u0001").Replace("…", "\u0002", StringComparison.Ordinal));
        return Spaces().Replace(escaped, @"\s+")
            .Replace("\u0001", "[0-9A-Fa-f.,:]+", StringComparison.Ordinal)
            .Replace("\u0002", ".*", StringComparison.Ordinal);
    }

    // A run of hexadecimal digits, colons and commas that has a digit in it.
    [GeneratedRegex(@"\b(?=[0-9a-fA-F:.,]*[0-9])[0-9a-fA-F][0-9a-fA-F:.,]*(?<![.,:])")]
    private static partial Regex Varying();

    [GeneratedRegex(@"(\\ |\\t)+")]
    private static partial Regex Spaces();
}
