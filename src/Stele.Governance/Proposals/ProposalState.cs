namespace Stele.Governance.Proposals;

/// <summary>What has become of a proposal, in CCF's words.</summary>
public enum ProposalState
{
    /// <summary>It is being voted on.</summary>
    Open,

    /// <summary>It passed, and what it proposes was done.</summary>
    Accepted,

    /// <summary>It was voted down.</summary>
    Rejected,

    /// <summary>Its proposer withdrew it.</summary>
    Withdrawn,

    /// <summary>It passed, and what it proposes cannot be done; nothing was changed.</summary>
    Failed,

    /// <summary>Another proposal changed what it was made under: it must be made anew.</summary>
    Dropped,
}
