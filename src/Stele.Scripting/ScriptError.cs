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

    /// <summary>Reads what the sandbox says of an error: <c>{"message", "stack"}</c>.</summary>
    internal static ScriptError Read(string json, string script)
    {
        using var document = JsonDocument.Parse(json);
        var message = document.RootElement.GetProperty("message").GetString() ?? "";
        var trace = document.RootElement.TryGetProperty("stack", out var stack) ? stack.GetString() ?? "" : "";
        foreach (Match match in Place().Matches(trace))
            if (match.Groups["name"].Value == script)
                return new(message, int.Parse(match.Groups["line"].ValueSpan), int.Parse(match.Groups["column"].ValueSpan), trace);
        return new(message, Trace: trace);
    }

    [GeneratedRegex(@"\(?(?<name>[^\s(]+):(?<line>\d{1,9}):(?<column>\d{1,9})\)?$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Place();
}
