using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Stele.Scripting;

/// <summary>What is wrong with a script.</summary>
/// <param name="Message">The error's name and message.</param>
/// <param name="Line">Where it is, from 1; none when that is not known.</param>
/// <param name="Column">Where in the line, from 1.</param>
/// <param name="Trace">The calls that led there, one a line; empty when there are none.</param>
public sealed partial record ScriptError(string Message, int? Line = null, int? Column = null, string Trace = "")
{
    /// <summary>The message, with line and column where they are known.</summary>
    public override string ToString() => Line is { } line ? $"{Message} (line {line}, column {Column})" : Message;

    /// <summary>A function returned a promise, or what a generator returns: what it is to do is not done, and never will be.</summary>
    /// <param name="function">Its name.</param>
    public static ScriptError Unfinished(string function) =>
        new($"TypeError: '{function}' returns a promise or a generator, and nothing waits for one");

    /// <summary>Reads what the sandbox says of an error: <c>{"message", "stack"}</c>.</summary>
    internal static ScriptError Read(string json, string script)
    {
        if (!JsonTexts.AreWhole(Encoding.UTF8.GetBytes(json))) return new("an error that cannot be shown");
        using var document = JsonDocument.Parse(json);
        var (message, trace) = (Text(document.RootElement, "message"), Text(document.RootElement, "stack"));
        foreach (Match match in Place().Matches(trace))
            if (match.Groups["name"].Value == script)
                return new(message, int.Parse(match.Groups["line"].ValueSpan), int.Parse(match.Groups["column"].ValueSpan), trace);
        return new(message, Trace: trace);
    }

    private static string Text(JsonElement error, string name) =>
        error.ValueKind == JsonValueKind.Object && error.TryGetProperty(name, out var text) ? text.ToString() : "";

    [GeneratedRegex(@"\(?(?<name>[^\s(]+):(?<line>\d{1,9}):(?<column>\d{1,9})\)?$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Place();
}
