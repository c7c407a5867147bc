using System.Globalization;
using Stele.Governance.Requests;
using Stele.Ledger.Tables;

namespace Stele.Governance.Proposals;

/// <summary>What a node asks of a request before it takes it, so that no member alone can stop the others.</summary>
internal static class Admission
{
    /// <summary>How many open proposals a member may have: each is kept in memory by every node.</summary>
    public const int OpenMax = 50;

    // A state digest is asked for and acknowledged in one go; nobody has use for an older request but who found it.
    private static readonly TimeSpan AgeMax = TimeSpan.FromHours(1);

    // Clocks differ. What is dated ahead waits until the node's clock is there: among the recent proposals it would be the middle of
    // them, and shut others' out.
    private static readonly TimeSpan AheadMax = TimeSpan.FromSeconds(30);

    /// <summary>How long a request waits before it is taken: none that is refused for its time.</summary>
    public static TimeSpan WaitOf(SignedRequest request, DateTimeOffset now)
    {
        var ahead = DateTimeOffset.FromUnixTimeSeconds(request.Header.CreatedAt) - now;
        return ahead > TimeSpan.Zero && ahead <= AheadMax ? ahead : TimeSpan.Zero;
    }

    /// <summary>Why a proposal is not taken; null where it is.</summary>
    public static GovernanceRefusal? Refuse(LedgerTables tables, SignedRequest request, DateTimeOffset now)
    {
        if (RefuseAhead(request, now) is { } ahead) return ahead;
        var open = ProposalTable.List(tables)
            .Count(one => one.State == ProposalState.Open && one.ProposerId == request.Header.MemberId);
        return open < OpenMax
            ? null
            : new(RefusalCode.InvalidInput, $"You have {OpenMax} open proposals already: withdraw some, or have them decided.");
    }

    /// <summary>Why a request is not of this hour; null where it is.</summary>
    public static GovernanceRefusal? RefuseTime(SignedRequest request, DateTimeOffset now) =>
        request.Header.CreatedAt >= (now - AgeMax).ToUnixTimeSeconds()
            ? RefuseAhead(request, now)
            : new(RefusalCode.InvalidInput, string.Create(
                CultureInfo.InvariantCulture,
                $"The request's ccf.gov.msg.created_at, {request.Header.CreatedAt}, is more than an hour before the node's clock, "
                + $"{now.ToUnixTimeSeconds()}: sign it anew."));

    private static GovernanceRefusal? RefuseAhead(SignedRequest request, DateTimeOffset now) =>
        request.Header.CreatedAt <= (now + AheadMax).ToUnixTimeSeconds()
            ? null
            : new(RefusalCode.InvalidInput, string.Create(
                CultureInfo.InvariantCulture,
                $"The request's ccf.gov.msg.created_at, {request.Header.CreatedAt}, is ahead of the node's clock, "
                + $"{now.ToUnixTimeSeconds()}, by more than {AheadMax.TotalSeconds} seconds: set the clocks right and sign it anew."));
}
