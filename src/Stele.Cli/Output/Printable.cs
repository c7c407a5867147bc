using System.Globalization;
using System.Text;

namespace Stele.Cli.Output;

/// <summary>
/// Text that others wrote, made safe to show: it stays on its line, reads in the order in which it is written, hides nothing, and
/// cannot command a terminal.
/// </summary>
internal static class Printable
{
    public static string Of(string text)
    {
        if (!text.Any(IsControl)) return text;
        var safe = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (IsControl(c)) safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else safe.Append(c);
        }
        return safe.ToString();
    }

    /// <summary>The same, its lines kept.</summary>
    public static string Lines(string text) => string.Join('\n', text.Split('\n').Select(Of));

    // Format characters turn the order of what follows them around, or cannot be seen.
    private static bool IsControl(char c) => c != '\t' && char.GetUnicodeCategory(c) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
