namespace Stele.Docs.Tests.Pages;

/// <summary>A page of the documentation as the steps that its reader would take.</summary>
internal sealed class Page
{
    private const string Opening = "<!-- run:";
    private const string Closing = "-->";
    private readonly List<Step> _steps = [];
    private Decision? _decision;

    private Page(string path) => Path = path;

    /// <summary>Its path in the project.</summary>
    public string Path { get; }

    /// <summary>What it has to do, in order.</summary>
    public IReadOnlyList<Step> Steps => _steps;

    /// <summary>Its fenced blocks.</summary>
    public IEnumerable<Step.Block> Blocks => _steps.OfType<Step.Block>();

    /// <summary>The paths of all pages.</summary>
    public static IEnumerable<string> Paths =>
        Directory.EnumerateFiles(System.IO.Path.Combine(Repository.Root, "docs"), "*.md")
            .Select(file => System.IO.Path.GetRelativePath(Repository.Root, file))
            .Prepend("README.md")
            .Order(StringComparer.Ordinal);

    /// <summary>Reads a page of the project.</summary>
    /// <exception cref="FormatException">A block of it is in no known language, or nothing says what to do with it.</exception>
    public static Page Read(string path) =>
        Parse(path, File.ReadAllText(System.IO.Path.Combine(Repository.Root, path)));

    /// <summary>Reads a page's text.</summary>
    /// <exception cref="FormatException">As in <see cref="Read"/>.</exception>
    public static Page Parse(string path, string text)
    {
        var page = new Page(path);
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].TrimStart().StartsWith(Opening, StringComparison.Ordinal))
                i = page.TakeComment(lines, i);
            else if (lines[i].TrimStart().StartsWith("```", StringComparison.Ordinal))
                i = page.TakeBlock(lines, i);
            else if (lines[i].Trim().Length > 0 && page._decision is not null)
                throw page.Wrong(i, "the comment above says what to do with a block, and no block follows it");
        }
        return page;
    }

    private int TakeComment(string[] lines, int start)
    {
        var end = Array.FindIndex(lines, start, line => line.TrimEnd().EndsWith(Closing, StringComparison.Ordinal));
        if (end < 0)
            throw Wrong(start, "the comment has no end");
        var text = string.Join('\n', lines[start..(end + 1)]).Trim()[Opening.Length..^Closing.Length];
        if (Comment.Step(text, start + 1) is { } step)
        {
            _steps.Add(step);
            return end;
        }
        try
        {
            _decision = Comment.Decision(text);
        }
        catch (FormatException fault)
        {
            throw Wrong(start, fault.Message);
        }
        return end;
    }

    private int TakeBlock(string[] lines, int start)
    {
        var indent = lines[start].Length - lines[start].TrimStart().Length;
        var end = Array.FindIndex(lines, start + 1, line => line.Trim() == "```");
        if (end < 0)
            throw Wrong(start, "the block has no end");
        var language = lines[start].Trim().TrimStart('`');
        var decision = _decision ?? Comment.ByLanguage(language) ?? throw Undecided(start, language);
        _decision = null;
        if (language.Length == 0)
            throw Wrong(start, "the block names no language: ```sh for commands, ```text for what is only shown");
        var text = lines[(start + 1)..end].Select(line => line.Length > indent ? line[indent..] : line.TrimStart());
        _steps.Add(new Step.Block(start + 1, language, string.Join('\n', text) + "\n", decision));
        return end;
    }

    private FormatException Undecided(int start, string language) => Wrong(
        start,
        $"nothing says what the test does with this block ({(language.Length == 0 ? "no language" : language)}). Commands in ```sh, "
        + "```python and ```js are run; anything else needs a comment above it, as <!-- run: output --> or "
        + "<!-- run: skip, REASON -->. CONTRIBUTING.md has them all");

    private FormatException Wrong(int line, string what) => new($"{Path}:{line + 1}: {what}.");
}
