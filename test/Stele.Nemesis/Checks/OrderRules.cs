using Stele.Nemesis.History;

namespace Stele.Nemesis.Checks;

/// <summary>The order of entries, beside the order of time.</summary>
internal static class OrderRules
{
    /// <summary>An append that began after another was acknowledged has the later id.</summary>
    public static IEnumerable<Violation> RealTime(Evidence evidence) => Later(
        "ids follow time", evidence.Calls.Where(call => call.IsAcknowledged), evidence.Calls.Where(call => call.IsAcknowledged));

    /// <summary>An append that began after anybody was shown a position has a later id than that.</summary>
    public static IEnumerable<Violation> AfterWhatWasSeen(Evidence evidence) => Later(
        "writes follow what was read",
        evidence.Calls.Where(call => !call.IsAppend && call.Position is not null), evidence.Calls.Where(call => call.IsAcknowledged));

    /// <summary>A page of a list is a piece of the collection as it is at the end, without a gap.</summary>
    public static IEnumerable<Violation> Lists(Evidence evidence)
    {
        var collections = Collections(evidence);
        foreach (var call in evidence.Calls.Where(call => call is { Kind: CallKind.List, Outcome: Outcome.Ok }))
        {
            var expected = collections[call.Collection].SkipWhile(shown => shown.Id < call.Asked).Take(call.Entries.Count);
            if (!expected.SequenceEqual(call.Entries))
                yield return new Violation("lists are pieces of the collection", $"{call.Told}: {string.Join(", ", call.Entries)}");
        }
    }

    /// <summary>A collection's newest entry never becomes an older one in one process of a node.</summary>
    public static IEnumerable<Violation> Current(Evidence evidence)
    {
        var places = (
            from collection in Collections(evidence)
            from shown in collection
            group shown.Id by (collection.Key, shown.Contents)).ToDictionary(same => same.Key, same => same.First());
        var current =
            from call in evidence.Calls
            where call is { Kind: CallKind.Current, Outcome: Outcome.Ok, Life: not null, Entries.Count: 1 }
            where places.ContainsKey((call.Collection, call.Entries[0].Contents))
            group call with { Position = places[(call.Collection, call.Entries[0].Contents)] } by (call.Collection, call.Node, call.Life);
        return current.SelectMany(calls => Later("the newest entry never becomes an older one", calls, calls, orSame: true));
    }

    /// <summary>Whatever began after something else had ended must be at a later position.</summary>
    internal static IEnumerable<Violation> Later(string rule, IEnumerable<Call> earlier, IEnumerable<Call> later, bool orSame = false)
    {
        var ended = earlier.OrderBy(call => call.End).ToList();
        var (next, newest) = (0, (Call?)null);
        foreach (var call in later.OrderBy(call => call.Start))
        {
            for (; next < ended.Count && ended[next].End < call.Start; next++)
            {
                if (newest is null || ended[next].Position > newest.Position)
                    newest = ended[next];
            }
            if (newest is not null && (orSame ? call.Position < newest.Position : call.Position <= newest.Position))
                yield return new Violation(rule, $"first: {newest.Told}; then: {call.Told}");
        }
    }

    private static ILookup<string, Shown> Collections(Evidence evidence) =>
        (evidence.Ledgers.MaxBy(ledger => ledger.Items.Count)?.Items ?? []).Where(item => item.Collection is not null)
            .ToLookup(item => item.Collection!, item => new Shown(item.Id, item.Contents!));
}
