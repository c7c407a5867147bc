using System.Globalization;

namespace Stele.Docs.Tests.Pages;

/// <summary>Reads what <c>&lt;!-- run: … --&gt;</c> says.</summary>
internal static class Comment
{
    /// <summary>The words that a comment may begin with, for whoever has written another.</summary>
    private const string Known =
        "ledger | shared ledger | setup COMMANDS | replace A by B | skip, REASON | background, until TEXT | output | "
        + "file NAME | in PATH | fails with N";

    /// <summary>A step of its own, or null where the comment is about the block below it.</summary>
    public static Step? Step(string text, int line) => Split(text) switch
    {
        ("ledger", "") => new Step.Ledger(line),
        ("shared", "ledger") => new Step.SharedLedger(line),
        ("setup", var commands) => new Step.Setup(line, commands),
        ("replace", var rest) when rest.Split(" by ", 2) is [var what, var by] => new Step.Replace(line, what.Trim(), by.Trim()),
        _ => null,
    };

    /// <summary>What is done with the block below it.</summary>
    /// <exception cref="FormatException">It says nothing that is known.</exception>
    public static Decision Decision(string text) => Split(text) switch
    {
        ("skip,", { Length: > 0 } reason) => new Decision.Skip(reason),
        ("background,", var rest) when After(rest, "until ") is { } until => new Decision.Background(until),
        ("output", "") => new Decision.Output(),
        ("file", { Length: > 0 } name) => new Decision.InFile(name),
        ("in", { Length: > 0 } path) => new Decision.InSource(path),
        ("fails", var rest) when After(rest, "with ") is { } code =>
            new Decision.Run(int.Parse(code, CultureInfo.InvariantCulture)),
        _ => throw new FormatException($"'run: {text.Trim()}' is not known. Known: {Known}"),
    };

    /// <summary>What is done with a block that no comment is about; null where there must be one.</summary>
    public static Decision? ByLanguage(string language) => language switch
    {
        "sh" or "python" or "js" => new Decision.Run(),
        "json" => new Decision.Parse(),
        "mermaid" => new Decision.Draw(),
        _ => null,
    };

    private static (string Word, string Behind) Split(string text)
    {
        var trimmed = text.Trim();
        var end = trimmed.AsSpan().IndexOfAny(" \n");
        return end < 0 ? (trimmed, "") : (trimmed[..end], trimmed[(end + 1)..].Trim());
    }

    private static string? After(string text, string word) =>
        text.StartsWith(word, StringComparison.Ordinal) ? text[word.Length..] : null;
}
