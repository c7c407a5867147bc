using System.Text.RegularExpressions;

namespace Stele.Tidy.Tests;

/// <summary>Documents have one title, live links, and promises that a test keeps.</summary>
public sealed partial class DocumentTests
{
    private const string Promises = "docs/promises.md";

    [Fact]
    public void Every_document_has_one_title() => SourceTree.None(
        from path in SourceTree.Files(".md")
        let titles = Prose(path).Count(line => line.StartsWith("# ", StringComparison.Ordinal))
        where titles != 1
        select $"{path}: {titles} titles");

    [Fact]
    public void No_link_is_dead() => SourceTree.None(
        from path in SourceTree.Files(".md")
        from link in Links(path)
        where !IsAlive(path, link)
        select $"{path}: {link}");

    [Fact]
    public void Every_promise_is_linked_to_a_test_that_is_there()
    {
        Assert.SkipUnless(File.Exists(Path.Combine(Repository.Root, Promises)), "There is no docs/promises.md yet.");
        var tests = TestLink().Matches(SourceTree.Read(Promises));
        Assert.NotEmpty(tests);
        SourceTree.None(
            from link in tests
            let file = Resolve(Promises, link.Groups["file"].Value)
            where !File.Exists(file) || !IsTest(file, link.Groups["method"].Value)
            select $"{link.Value}: no such test");
    }

    /// <summary>A document's lines outside code blocks.</summary>
    private static IEnumerable<string> Prose(string path)
    {
        var code = false;
        foreach (var (_, line) in SourceTree.Lines(path))
        {
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
                code = !code;
            else if (!code)
                yield return line;
        }
    }

    /// <summary>The targets of a document's links that lead into the project.</summary>
    private static IEnumerable<string> Links(string path) =>
        from line in Prose(path)
        from match in Link().Matches(line)
        let target = match.Groups["target"].Value
        where !target.Contains("://", StringComparison.Ordinal)
        select target;

    private static bool IsAlive(string from, string link)
    {
        var (file, anchor) = link.Split('#') is [var name, var heading] ? (name, heading) : (link, null);
        var target = file.Length == 0 ? Path.Combine(Repository.Root, from) : Resolve(from, file);
        return anchor is null || !target.EndsWith(".md", StringComparison.Ordinal)
            ? Path.Exists(target)
            : File.Exists(target) && Anchors(Path.GetRelativePath(Repository.Root, target)).Contains(anchor);
    }

    private static IEnumerable<string> Anchors(string path) =>
        from line in Prose(path)
        where line.StartsWith('#')
        let heading = line.TrimStart('#').Trim().ToLowerInvariant()
        select NotInAnchor().Replace(heading, "").Replace(' ', '-');

    private static string Resolve(string from, string link) =>
        Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(from)!, Uri.UnescapeDataString(link)));

    private static bool IsTest(string file, string method) =>
        Regex.IsMatch(File.ReadAllText(file), $@"\[(Fact|Theory)[^;{{}}]*\b{Regex.Escape(method)}\(");

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\[`?(?<method>\w+)`?\]\((?<file>[^)#\s]+\.cs)(#[^)]*)?\)")]
    private static partial Regex TestLink();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchor();
}
