namespace Stele.Client;

/// <summary>What a member proposed, and how it stands.</summary>
public sealed class Proposal
{
    internal Proposal(string id, string proposerId, string state, int ballotCount, IReadOnlyDictionary<string, bool>? finalVotes) =>
        (Id, ProposerId, State, BallotCount, FinalVotes) = (id, proposerId, state, ballotCount, finalVotes);

    /// <summary>The proposal's id.</summary>
    public string Id { get; }

    /// <summary>The member who proposed it.</summary>
    public string ProposerId { get; }

    /// <summary><c>Open</c>, <c>Accepted</c>, <c>Rejected</c>, <c>Withdrawn</c>, <c>Failed</c> or <c>Dropped</c>.</summary>
    public string State { get; }

    /// <summary>How many members have voted.</summary>
    public int BallotCount { get; }

    /// <summary>How each member voted, by member; null while it is open.</summary>
    public IReadOnlyDictionary<string, bool>? FinalVotes { get; }
}
