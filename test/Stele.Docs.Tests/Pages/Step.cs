namespace Stele.Docs.Tests.Pages;

/// <summary>A part of a page that the test does something with.</summary>
/// <param name="Line">Where it begins, from 1.</param>
internal abstract record Step(int Line)
{
    /// <summary><c>run: ledger</c> starts one on <c>./stele-data</c>.</summary>
    public sealed record Ledger(int Line) : Step(Line);

    /// <summary><c>run: shared ledger</c>: <c>./stele-data</c> is that of one which other pages use too.</summary>
    public sealed record SharedLedger(int Line) : Step(Line);

    /// <summary><c>run: setup</c> and commands that a reader need not see.</summary>
    public sealed record Setup(int Line, string Commands) : Step(Line);

    /// <summary><c>run: replace A by B</c> in all blocks behind it: what a reader puts there.</summary>
    public sealed record Replace(int Line, string Text, string By) : Step(Line);

    /// <summary>A fenced block.</summary>
    public sealed record Block(int Line, string Language, string Text, Decision Decision) : Step(Line);
}
