using System.Text.Json;
using Stele.Docs.Tests.Pages;

namespace Stele.Docs.Tests;

/// <summary>Every command in README.md and docs/ does what its page says, in the order of the page.</summary>
public sealed class CommandTests(RunningLedger shared, ITestOutputHelper output) : IClassFixture<RunningLedger>
{
    public static TheoryData<string> Pages => [.. Page.Paths];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_can_be_followed(string path)
    {
        var page = Page.Read(path);
        foreach (var block in page.Blocks)
            Look(page, block);
        Requirement.Met(File.Exists("/usr/bin/jq") && File.Exists("/usr/bin/curl"), "jq and curl are not installed.");
        Requirement.Met(
            page.Blocks.All(block => block.Language != "js") || Directory.Exists(PageRun.JavaScriptPackages),
            "npm ci has not run in test/Stele.EndToEnd.Tests/JavaScript.");
        var said = await PageRun.FollowAsync(page, shared);
        var before = 0;
        foreach (var block in page.Blocks)
        {
            if (block.Decision is not Decision.Output)
                before = block.Line;
            else if (ExpectedOutput.Missing(block.Text, string.Concat(said[before])) is { } line)
                Assert.Fail($"{path}:{block.Line}: '{line}' is shown, and not what was said:\n{string.Concat(said[before])}");
        }
    }

    private void Look(Page page, Step.Block block)
    {
        var place = $"{page.Path}:{block.Line}";
        switch (block.Decision)
        {
            case Decision.Skip skip:
                output.WriteLine($"{place}: not run, {skip.Reason}");
                break;
            case Decision.Parse:
                JsonDocument.Parse(block.Text).Dispose();
                break;
            case Decision.InSource source:
                Assert.True(IsIn(source.Path, block.Text), $"{place}: this code does not stand in {source.Path}");
                break;
            default:
                break;
        }
    }

    // Word for word; only the indentation differs.
    private static bool IsIn(string path, string text) =>
        Plain(File.ReadAllText(Path.Combine(Repository.Root, path))).Contains(Plain(text), StringComparison.Ordinal);

    private static string Plain(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim())).Trim();
}
