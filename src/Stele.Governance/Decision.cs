using Stele.Governance.Constitution;
using Stele.Governance.Proposals;
using Stele.Ledger.Entries;

namespace Stele.Governance;

/// <summary>What is to be done upon a member's request.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    /// <summary>It is granted.</summary>
    /// <param name="Writes">What is to be written; nothing where all is as asked already.</param>
    /// <param name="Proposal">The proposal it was about.</param>
    /// <param name="StateDigest">The state that the member was told.</param>
    public sealed record Granted(WriteSet Writes, Proposal? Proposal = null, string? StateDigest = null) : Decision
    {
        /// <summary>What the service is to do itself.</summary>
        public ServiceTasks Tasks { get; init; }
    }

    /// <summary>It is refused.</summary>
    /// <param name="Why">Why.</param>
    public sealed record Refused(GovernanceRefusal Why) : Decision;
}
