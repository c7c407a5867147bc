namespace Stele.Docs.Tests.Pages;

/// <summary>What the test does with a fenced block. Every block has one: by its language, or by a comment above it.</summary>
internal abstract record Decision
{
    private Decision()
    {
    }

    /// <summary>It is run, and ends with this exit code: 0 but under <c>run: fails with N</c>.</summary>
    public sealed record Run(int ExitCode = 0) : Decision;

    /// <summary><c>run: background, until TEXT</c>. It is started, and the page goes on once it has said so.</summary>
    public sealed record Background(string Until) : Decision;

    /// <summary><c>run: output</c>. It is what the block before it says, but for ids, numbers and times.</summary>
    public sealed record Output : Decision;

    /// <summary><c>run: file NAME</c>. It is the contents of a file that later blocks use.</summary>
    public sealed record InFile(string Name) : Decision;

    /// <summary><c>run: in PATH</c>. It stands in this source file of a test, which compiles and runs it.</summary>
    public sealed record InSource(string Path) : Decision;

    /// <summary>It must be valid JSON: what a block in that language is without a comment.</summary>
    public sealed record Parse : Decision;

    /// <summary>It is drawn and not run.</summary>
    public sealed record Draw : Decision;

    /// <summary><c>run: skip, REASON</c>. It is not run; options of <c>stele</c> in it are checked all the same.</summary>
    public sealed record Skip(string Reason) : Decision;
}
