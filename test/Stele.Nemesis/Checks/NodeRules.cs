using Stele.Nemesis.History;

namespace Stele.Nemesis.Checks;

/// <summary>What one node says must fit what it said before, and what others say.</summary>
internal static class NodeRules
{
    /// <summary>The position in the answers to reads never goes back in one process of a node.</summary>
    public static IEnumerable<Violation> Position(Evidence evidence) =>
        // What is answered to a write may have come from another node.
        evidence.Calls.Where(call => call is { IsAppend: false, Position: not null, Life: not null })
            .GroupBy(call => (call.Node, call.Life))
            .SelectMany(calls => OrderRules.Later("reads never go back", calls, calls, orSame: true));

    /// <summary>A node that has once said Committed, or Invalid, says nothing else any more.</summary>
    public static IEnumerable<Violation> Committed(Evidence evidence)
    {
        var told = Told(evidence).Where(call => call.Life is not null).GroupBy(call => (call.Node, call.Life, call.Asked));
        foreach (var calls in told)
        {
            if (calls.Where(IsFinal).MinBy(call => call.End) is not { } final)
                continue;
            foreach (var call in calls.Where(call => call.Start > final.End && !IsFinal(call)))
                yield return new Violation("a decision stays", $"first: {final.Told}; then: {call.Told}");
        }
    }

    /// <summary>No id is ever both committed and invalid, whoever says so.</summary>
    public static IEnumerable<Violation> NeverBoth(Evidence evidence) =>
        from calls in Told(evidence).Concat(evidence.Calls.Where(call => call.IsAcknowledged)).GroupBy(call => call.Asked ?? call.Position)
        let valid = calls.FirstOrDefault(IsWritten)
        let invalid = calls.FirstOrDefault(call => call.Outcome == Outcome.Invalid)
        where valid is not null && invalid is not null
        select new Violation("written and invalid exclude each other", $"{valid.Told}; {invalid.Told}");

    /// <summary>Nobody is answered with a failure of the node's own.</summary>
    public static IEnumerable<Violation> Answers(Evidence evidence) =>
        from call in evidence.Calls
        where call.Outcome == Outcome.Failed
        select new Violation("no answer is a failure", call.Told);

    private static IEnumerable<Call> Told(Evidence evidence) =>
        evidence.Calls.Where(call => call is { Asked: not null, Kind: CallKind.Status or CallKind.Read or CallKind.Receipt }
            && (call.IsCommitted is not null || call.Outcome is Outcome.NotFound or Outcome.Invalid || IsWritten(call)));

    private static bool IsFinal(Call call) => call.Outcome == Outcome.Invalid || IsWritten(call);

    private static bool IsWritten(Call call) =>
        call.IsAcknowledged || call.IsCommitted == true
        || (call.Kind == CallKind.Read && call.Entries.Count > 0) || call.Receipt is not null;
}
