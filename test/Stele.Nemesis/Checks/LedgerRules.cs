using Stele.Nemesis.History;

namespace Stele.Nemesis.Checks;

/// <summary>What the nodes' ledgers must hold at the end, and must not.</summary>
internal static class LedgerRules
{
    /// <summary>What was acknowledged, or seen committed, is in every node's ledger, as it was.</summary>
    public static IEnumerable<Violation> Acknowledged(Evidence evidence) =>
        from ledger in evidence.Ledgers
        from call in evidence.Calls
        where (call.IsAcknowledged && !Holds(ledger, call)) || (call.IsCommitted == true && ledger.Find(call.Asked!.Value) is null)
        select new Violation("what was acknowledged stays", $"{ledger.Name} has not, or has otherwise: {call.Told}");

    /// <summary>What was answered 503 was not written.</summary>
    public static IEnumerable<Violation> Refused(Evidence evidence)
    {
        var refused = evidence.Calls.Where(call => call is { IsAppend: true, Outcome: Outcome.Refused })
            .ToDictionary(call => call.Sent!, StringComparer.Ordinal);
        return
            from ledger in evidence.Ledgers
            from item in ledger.Items
            let call = refused.GetValueOrDefault(item.Contents ?? "")
            where call is not null
            select new Violation("what was refused is nowhere", $"{ledger.Name} has it at {item.Id}: {call.Told}");
    }

    /// <summary>Each attempt has contents of its own: nothing is written twice, and nothing that nobody sent.</summary>
    public static IEnumerable<Violation> Once(Evidence evidence)
    {
        // A ledger begins with an entry of its own, in a collection that no client here writes to.
        var sent = evidence.Calls.Where(call => call.IsAppend).Select(call => (call.Collection, call.Sent!)).ToHashSet();
        var collections = sent.Select(one => one.Collection).ToHashSet(StringComparer.Ordinal);
        return
            from ledger in evidence.Ledgers
            from item in ledger.Items
            where item.Collection is not null && collections.Contains(item.Collection)
            group item.Id by (ledger.Name, item.Collection!, item.Contents!) into same
            where same.Count() > 1 || !sent.Contains((same.Key.Item2, same.Key.Item3))
            select new Violation("what was sent is written once", $"{same.Key} is at {string.Join(", ", same)}");
    }

    /// <summary>An id that was said to be invalid is in no ledger.</summary>
    public static IEnumerable<Violation> Invalid(Evidence evidence) =>
        from ledger in evidence.Ledgers
        from call in evidence.Calls
        where call is { Outcome: Outcome.Invalid, Asked: not null } && ledger.Find(call.Asked.Value) is not null
        select new Violation("what is invalid is nowhere", $"{ledger.Name} has it: {call.Told}");

    /// <summary>All ledgers are the same as far as they are committed, and their seqnos have no gap.</summary>
    public static IEnumerable<Violation> Identical(Evidence evidence)
    {
        foreach (var ledger in evidence.Ledgers)
            for (var i = 0; i < ledger.Items.Count; i++)
            {
                if (ledger.Items[i].Id.SeqNo.Value != i + 1)
                    yield return new Violation("seqnos have no gap", $"{ledger.Name} has {ledger.Items[i].Id} in place {i + 1}");
            }

        if (evidence.Ledgers.MaxBy(ledger => ledger.Committed) is not { } longest)
            yield break;
        foreach (var ledger in evidence.Ledgers)
        {
            var common = Math.Min(Math.Min(ledger.Items.Count, longest.Committed), longest.Items.Count);
            var fork = Enumerable.Range(0, common).FirstOrDefault(i => ledger.Items[i] != longest.Items[i], -1);
            if (fork >= 0)
            {
                var (one, other) = (ledger.Items[fork], longest.Items[fork]);
                yield return new Violation("all nodes have one ledger", $"{ledger.Name}: {one}; {longest.Name}: {other}");
            }
        }
    }

    private static bool Holds(NodeLedger ledger, Call call) =>
        ledger.Find(call.Position!.Value) is { } item && item.Collection == call.Collection && item.Contents == call.Sent;
}
