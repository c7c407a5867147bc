namespace Stele.Nemesis.Checks;

/// <summary>Judges a run by what its clients saw and what its nodes have: nothing here asks, waits or writes.</summary>
internal static class Checker
{
    private static readonly Func<Evidence, IEnumerable<Violation>>[] Rules =
    [
        LedgerRules.Acknowledged, LedgerRules.Refused, LedgerRules.Once, LedgerRules.Invalid, LedgerRules.Identical,
        ContentsRules.OneToAnId, ContentsRules.ShownStays,
        OrderRules.RealTime, OrderRules.AfterWhatWasSeen, OrderRules.Lists, OrderRules.Current,
        NodeRules.Position, NodeRules.Committed, NodeRules.NeverBoth, NodeRules.Answers,
        ReceiptRules.Verify,
    ];

    /// <summary>Every promise that was broken; none where all is well.</summary>
    public static IReadOnlyList<Violation> Check(Evidence evidence) => [.. Rules.SelectMany(rule => rule(evidence))];
}
