using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Stele.Docs.Tests.Pages;

namespace Stele.Docs.Tests;

/// <summary>
/// Every call of <c>stele</c> in a page, run or not, in a block or in a line of prose, and each that the explorer shows, names a
/// command and options that the tool has, and no more arguments than it takes.
/// </summary>
public sealed partial class OptionTests
{
    private static readonly ConcurrentDictionary<string, Task<string>> Helps = new();

    [Fact]
    public async Task Every_call_names_a_command_and_options_that_are_there()
    {
        var calls = Page.Paths.SelectMany(Calls).ToList();
        Assert.True(calls.Count > 50, $"only {calls.Count} calls were found");
        var shown = Shown().ToList();
        Assert.True(shown.Count >= 5, $"only {shown.Count} calls were found in the explorer");
        var wrong = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(calls.Concat(shown), TestContext.Current.CancellationToken, async (call, _) =>
        {
            if (await WhatIsWrongAsync(call.Words) is { } what)
                wrong.Enqueue($"{call.Path}: stele {string.Join(' ', call.Words)}: {what}");
        });
        Assert.Empty(wrong);
    }

    /// <summary>Goes down from the tool to the command that is called, and compares the options with its help.</summary>
    private static async Task<string?> WhatIsWrongAsync(string[] words)
    {
        var command = "";
        var next = 0;
        while (next < words.Length && Subcommands(await HelpAsync(command)) is { Count: > 0 } known)
        {
            if (!known.Contains(words[next]))
                break;
            command = $"{command} {words[next++]}".Trim();
        }
        if (command.Length == 0 && words[0][0] is >= 'a' and <= 'z')
            return "there is no such command";
        var help = await HelpAsync(command);
        var given = words.Skip(next).TakeWhile(word => word[0] != '-').Count();
        if (given > ArgumentsMax(help)) return "more arguments than it takes";
        var missing = words.Skip(next).Where(word => word[0] == '-' && !Names(help, word)).ToList();
        return missing.Count == 0 ? null : $"no {string.Join(", ", missing)}";
    }

    private static bool Names(string help, string option) =>
        Regex.IsMatch(help, $@"(?<![\w-]){Regex.Escape(option)}(?![\w-])");

    private static int ArgumentsMax(string help)
    {
        var usage = Usage().Match(help).Value;
        return usage.Contains("...", StringComparison.Ordinal) ? int.MaxValue : usage.Count(letter => letter == '<');
    }

    private static HashSet<string> Subcommands(string help) =>
        [.. Commands().Match(help) is { Success: true } part ? Name().Matches(part.Value).Select(name => name.Groups["name"].Value) : []];

    private static Task<string> HelpAsync(string command) => Helps.GetOrAdd(command, async name =>
        (await SteleTool.RunAsync([.. name.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"])).Ok().Output);

    private static IEnumerable<(string Path, string[] Words)> Calls(string path)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, path));
        var blocks = from block in Page.Parse(path, text).Blocks
                     where block.Language is "sh" or "text"
                     select Continued().Replace(block.Text, " ");
        var prose = CodeInProse().Matches(text).Select(match => match.Groups["code"].Value);
        return from code in blocks.Concat(prose)
               from Match call in Call().Matches(FromSource().Replace(code, "stele "))
               let words = Words(call.Groups["arguments"].Value)
               where words.Length > 0
               select (path, words);
    }

    /// <summary>What the explorer shows as a call, in a text of its own; what is filled in counts as one word.</summary>
    private static IEnumerable<(string Path, string[] Words)> Shown() =>
        from file in Directory.EnumerateFiles(
            Path.Combine(Repository.Root, "src", "Stele.Explorer", "Page"), "*.js", SearchOption.AllDirectories)
        from Match text in CodeInScript().Matches(File.ReadAllText(file))
        select (Path.GetFileName(file), Words(FilledIn().Replace(text.Groups["arguments"].Value, "FILLED")));

    // What stands in quotes is one word; a comment, a redirection or another command ends the call; [brackets] say that
    // something may be left out.
    private static string[] Words(string arguments) =>
        [.. Word().Matches(arguments).Select(match => match.Value.Trim('[', ']'))
            .TakeWhile(word => word is not ("" or "…" or "--"))];

    [GeneratedRegex(@"^Commands:\n(  .*\n?)+", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Commands();

    [GeneratedRegex(@"^  (?<name>[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex Name();

    [GeneratedRegex("dotnet run -c Release --project src/Stele.Cli -- |src/Stele.Cli/bin/Release/net10.0/stele ")]
    private static partial Regex FromSource();

    [GeneratedRegex(@"\\\n")]
    private static partial Regex Continued();

    [GeneratedRegex("(?<quote>['`])stele (?<arguments>[^'`\n]+)\\k<quote>", RegexOptions.ExplicitCapture)]
    private static partial Regex CodeInScript();

    [GeneratedRegex(@"\$\{[^}]*\}")]
    private static partial Regex FilledIn();

    [GeneratedRegex("^  stele .*$", RegexOptions.Multiline)]
    private static partial Regex Usage();

    [GeneratedRegex("(?<!`)`(?<code>[^`\n]+)`(?!`)")]
    private static partial Regex CodeInProse();

    [GeneratedRegex(
        """(^|[;|&(]|\b(do|then) )\s*stele (?<arguments>("[^"]*"|'[^']*'|[^;|&<>#()\n])*)""",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Call();

    [GeneratedRegex("""("[^"]*"|'[^']*'|\S)+""", RegexOptions.ExplicitCapture)]
    private static partial Regex Word();
}
