using System.Text;
using Stele.Nemesis.History;
using Stele.Receipts;

namespace Stele.Nemesis.Checks;

/// <summary>What stands under an id, whoever shows it.</summary>
internal static class ContentsRules
{
    /// <summary>No two contents were ever seen under one id, nor two entries under one seqno.</summary>
    public static IEnumerable<Violation> OneToAnId(Evidence evidence) =>
        from same in Seen(evidence).Distinct().GroupBy(seen => seen.Id)
        where same.Count() > 1
        select new Violation("one id, one contents", string.Join("; ", same));

    /// <summary>What anybody was shown is in the ledger at the end: nothing is shown that can still be lost.</summary>
    public static IEnumerable<Violation> ShownStays(Evidence evidence)
    {
        if (evidence.Ledgers.MaxBy(ledger => ledger.Items.Count) is not { } ledger)
            yield break;
        var contents = ledger.Items.Where(item => item.Contents is not null).Select(item => (item.Collection!, item.Contents!)).ToHashSet();
        foreach (var call in evidence.Calls)
            foreach (var shown in call.Entries)
            {
                if (!contents.Contains((call.Collection, shown.Contents)))
                    yield return new Violation("what was shown stays", $"{shown} is not in the ledger: {call.Told}");
            }
    }

    private static IEnumerable<(TransactionId Id, string Collection, string Contents)> Seen(Evidence evidence) =>
        evidence.Calls.Where(call => call.IsAcknowledged).Select(call => (call.Position!.Value, call.Collection, call.Sent!))
            .Concat(
                // The newest entry comes with the position at which it was read, not with its own id.
                from call in evidence.Calls
                where call.Kind != CallKind.Current
                from shown in call.Entries
                select (shown.Id, call.Collection, shown.Contents))
            .Concat(evidence.Calls.Where(call => call.Receipt is not null).SelectMany(Claimed))
            .Concat(
                from ledger in evidence.Ledgers
                from item in ledger.Items
                where item.Contents is not null
                select (item.Id, item.Collection!, item.Contents!));

    private static IEnumerable<(TransactionId Id, string Collection, string Contents)> Claimed(Call call)
    {
        try
        {
            var document = ReceiptJson.Read(Encoding.UTF8.GetBytes(call.Receipt!));
            return document.Id is { } id
                ? document.Claims.OfType<ApplicationClaim.LedgerEntry>().Select(claim => (id, claim.Collection.Value, claim.Contents))
                : [];
        }
        catch (FormatException)
        {
            // Another rule says so.
            return [];
        }
    }
}
