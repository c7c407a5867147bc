using System.Text;
using Stele.Nemesis.History;
using Stele.Receipts;

namespace Stele.Nemesis.Checks;

/// <summary>Receipts prove what was written, without asking anybody.</summary>
internal static class ReceiptRules
{
    /// <summary>Every receipt that was given out verifies, and is for the entry and the id that it was asked for.</summary>
    public static IEnumerable<Violation> Verify(Evidence evidence) =>
        from call in evidence.Calls.AsParallel()
        where call.Receipt is not null
        let fault = FaultOf(call, evidence)
        where fault is not null
        select new Violation("every receipt verifies", $"{fault}: {call.Told}");

    private static string? FaultOf(Call call, Evidence evidence)
    {
        try
        {
            var document = ReceiptJson.Read(Encoding.UTF8.GetBytes(call.Receipt!));
            var verdict = ReceiptVerifier.Verify(document.Receipt, evidence.Service, document.Claims);
            if (!verdict.IsVerified)
                return verdict.ToString();
            var id = call.IsAppend ? call.Position : call.Asked;
            if (!document.Receipt.Leaf.CommitEvidence.StartsWith($"ce:{id}:", StringComparison.Ordinal) || document.Id != id)
                return $"it is for {document.Id}, {document.Receipt.Leaf.CommitEvidence}";
            return document.Claims is [ApplicationClaim.LedgerEntry claim]
                && claim.Collection.Value == call.Collection && claim.Contents == (call.Sent ?? claim.Contents)
                    ? null
                    : "it claims another entry";
        }
        catch (FormatException fault)
        {
            return fault.Message;
        }
    }
}
