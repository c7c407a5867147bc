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

    /// <summary>Why a request is no new proposal; none when it is one.</summary>
    public static GovernanceRefusal? Refuse(GovernanceState state, SignedRequest request)
    {
        var (key, twin) = (KeyOf(request, request.Digest), KeyOf(request, Digest.Of(request.TwinSignature())));
        var kept = Kept(state);
        if (kept.Any(one => one.Span.SequenceEqual(key) || one.Span.SequenceEqual(twin)))
            return new(RefusalCode.ProposalReplay, "This very proposal has been made before.");
        var room = CountOf(state) - kept.Count;
        // Where there is no room, those that went were not later than the first: one of its second may be one of them.
        var least = kept.Count == 0 ? 0 : Math.Max(TimeOf(kept[kept.Count / 2]), room > 0 ? 0 : TimeOf(kept[0]) + 1);
        return request.Header.CreatedAt >= least
            ? null
            : new(RefusalCode.ProposalCreatedTooLongAgo, Invariant(
                $"The proposal's ccf.gov.msg.created_at, {request.Header.CreatedAt}, must not be before {least}: sign it anew."));
    }

    /// <summary>Takes a new one.</summary>
    public static void Add(GovernanceState state, SignedRequest request, string proposalId)
    {
        var kept = Kept(state);
        foreach (var old in kept.Take(1 + kept.Count - CountOf(state))) state.Remove(GovernanceTables.RecentProposals, old);
        state.Put(
            GovernanceTables.RecentProposals, KeyOf(request, request.Digest), Json.Write(json => json.WriteStringValue(proposalId)));
    }

    private static List<ReadOnlyMemory<byte>> Kept(GovernanceState state) =>
        [.. state.Tables.Rows(GovernanceTables.RecentProposals).Select(row => row.Key)];

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
