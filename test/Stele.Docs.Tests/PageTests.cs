using Stele.Docs.Tests.Pages;

namespace Stele.Docs.Tests;

/// <summary>How pages are read, and what is no page.</summary>
public sealed class PageTests
{
    private const string Fence = "```";

    [Theory]
    [InlineData("stele list", "")]
    [InlineData("stele list", "text")]
    [InlineData("git push", "console")]
    public void A_block_that_nothing_decides_about_is_refused_with_its_line(string command, string language)
    {
        var fault = Assert.Throws<FormatException>(
            () => Page.Parse("docs/new.md", $"# New\n\n{Fence}{language}\n{command}\n{Fence}\n"));
        Assert.StartsWith("docs/new.md:3: nothing says what the test does", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run: skp, a reason")]
    [InlineData("run: skip,")]
    [InlineData("run: background")]
    public void A_comment_that_says_nothing_known_is_refused(string comment) => Assert.Throws<FormatException>(
        () => Page.Parse("docs/new.md", $"<!-- {comment} -->\n{Fence}sh\nstele list\n{Fence}\n"));

    [Fact]
    public void A_comment_that_no_block_follows_is_refused() => Assert.Throws<FormatException>(
        () => Page.Parse("docs/new.md", $"<!-- run: output -->\nText.\n\n{Fence}text\nshown\n{Fence}\n"));

    [Fact]
    public void A_page_becomes_the_steps_of_its_reader()
    {
        var page = Page.Parse(
            "docs/new.md",
            $"<!-- run: ledger -->\n<!-- run: setup\nx=1\ny=2\n-->\n<!-- run: replace NODE:1 by here -->\n"
            + $"   {Fence}sh\n   stele list\n     --json\n   {Fence}\n\n<!-- run: skip, it is away -->\n{Fence}sh\nssh there\n{Fence}\n");
        Assert.Equal(
            [
                new Step.Ledger(1),
                new Step.Setup(2, "x=1\ny=2"),
                new Step.Replace(6, "NODE:1", "here"),
                new Step.Block(7, "sh", "stele list\n  --json\n", new Decision.Run()),
                new Step.Block(13, "sh", "ssh there\n", new Decision.Skip("it is away")),
            ],
            page.Steps);
    }

    [Theory]
    [InlineData("ok     leaf: b886cc3c…", "ok     leaf: 0011aabbcc", true)]
    [InlineData("2.5\tLedger begins on 2026-11-21 05:00:49 UTC.", "2.7\tLedger begins on 2027-01-01 00:00:00 UTC.", true)]
    [InlineData("one\ntwo", "two\none", false)]
    [InlineData("3", "three", false)]
    [InlineData("verified: 3 entries", "NOT VERIFIED: 3 entries", false)]
    public void Output_is_compared_but_for_numbers_ids_and_times(string shown, string said, bool matches) =>
        Assert.Equal(matches, ExpectedOutput.Missing(shown, said) is null);
}
