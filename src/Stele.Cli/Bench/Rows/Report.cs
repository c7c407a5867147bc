using Stele.Cli.Bench.Load;

namespace Stele.Cli.Bench.Rows;

/// <summary>All that a run has measured.</summary>
/// <param name="Machine">Where.</param>
/// <param name="Entries">How many entries the ledger held before anything was measured.</param>
/// <param name="Collections">How many collections of one entry stood beside them.</param>
/// <param name="Seconds">How long each round took.</param>
/// <param name="Rounds">How many rounds each contestant had, in turns.</param>
/// <param name="Rows">The ledger under load, each beside its yardsticks.</param>
/// <param name="Figures">What is no load.</param>
internal sealed record Report(
    Machine Machine, int Entries, int Collections, double Seconds, int Rounds, IReadOnlyList<LoadRow> Rows,
    IReadOnlyList<Figure> Figures);

/// <summary>One kind of load on so many connections.</summary>
/// <param name="Kind">The kind, as <c>--only</c> takes it.</param>
/// <param name="Connections">How many connections.</param>
/// <param name="Bytes">The size of the entries that it writes; none for those that only read.</param>
/// <param name="ReplyBytes">The size of a reply's body.</param>
/// <param name="Stele">What the ledger did.</param>
/// <param name="Yardsticks">What others did beside it.</param>
internal sealed record LoadRow(
    string Kind, int Connections, int? Bytes, int ReplyBytes, LoadFigures Stele, IReadOnlyList<Comparison> Yardsticks);

/// <summary>The ledger beside a yardstick, in the same rounds.</summary>
/// <param name="Name">The yardstick.</param>
/// <param name="Figures">What it did.</param>
/// <param name="Ratio">The ledger's throughput as a share of it.</param>
/// <param name="Target">The least ratio that is good; none where nothing is asked.</param>
internal sealed record Comparison(string Name, LoadFigures Figures, double Ratio, double? Target)
{
    public bool? Met => Target is { } target ? Ratio >= target : null;
}

/// <summary>One number.</summary>
/// <param name="Name">What it says.</param>
/// <param name="Value">The number; none where it could not be had, for the reason in <see cref="Note"/>.</param>
/// <param name="Unit">Its unit.</param>
internal sealed record Figure(string Name, double? Value, string Unit)
{
    /// <summary>The most, or with a unit of speed the least, that is good; none where nothing is asked.</summary>
    public double? Target { get; init; }

    /// <summary>Whether more is better.</summary>
    public bool MoreIsBetter { get; init; }

    /// <summary>What the number was made from, or why it is missing.</summary>
    public string? Note { get; init; }

    public bool? Met => (Value, Target) switch
    {
        ({ } value, { } target) => MoreIsBetter ? value >= target : value <= target,
        _ => null,
    };
}
