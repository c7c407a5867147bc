using System.Globalization;
using System.Text;
using System.Text.Json;
using Stele.Cryptography;
using Stele.Governance.Requests;
using Stele.Ledger.Entries;

namespace Stele.Governance.Proposals;

/// <summary>
/// The proposals that were made last, in the order of their times. A proposal that is among them is a repetition; one that is
/// older than the middle of them may have been among them once.
/// </summary>
internal static class RecentProposals
{
    // As CCF, where the service's configuration says nothing else.
    private const int CountUsual = 100;

    /// <summary>Takes a new one.</summary>
    /// <returns>Why it is refused; none when it is not.</returns>
    public static GovernanceRefusal? Add(GovernanceState state, SignedRequest request, string proposalId)
    {
        var (key, twin) = (KeyOf(request, request.Digest), KeyOf(request, Digest.Of(request.TwinSignature())));
        var kept = state.Tables.Rows(GovernanceTables.RecentProposals).Select(row => row.Key).ToList();
        if (kept.Any(one => one.Span.SequenceEqual(key) || one.Span.SequenceEqual(twin)))
            return new(RefusalCode.ProposalReplay, "This very proposal has been made before.");
        if (kept.Count > 0 && TimeOf(kept[kept.Count / 2]) is var middle && request.Header.CreatedAt < middle)
        {
            return new(RefusalCode.ProposalCreatedTooLongAgo, Invariant(
                $"The proposal's ccf.gov.msg.created_at, {request.Header.CreatedAt}, must not be before {middle}: sign it anew."));
        }
        foreach (var old in kept.Take(kept.Count - CountOf(state) + 1)) state.Remove(GovernanceTables.RecentProposals, old);
        state.Put(GovernanceTables.RecentProposals, key, Json.Write(json => json.WriteStringValue(proposalId)));
        return null;
    }

    private static byte[] KeyOf(SignedRequest request, in Digest digest) =>
        Encoding.ASCII.GetBytes(Invariant($"{request.Header.CreatedAt:d10}:{digest.ToHex()}"));

    private static int CountOf(GovernanceState state)
    {
        if (!state.Tables.TryGet(TableNames.ServiceConfig, TableNames.SingleKey, out var row)) return CountUsual;
        using var config = JsonDocument.Parse(row);
        return config.RootElement.TryGetProperty("recent_cose_proposals_window_size", out var count) && count.TryGetInt32(out var window)
            ? Math.Max(1, window)
            : CountUsual;
    }

    private static long TimeOf(ReadOnlyMemory<byte> key) => long.Parse(key.Span[..10], CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
