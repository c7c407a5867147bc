namespace Stele.Governance;

/// <summary>Why a member's request is refused. Nothing was changed.</summary>
/// <param name="Code">CCF's code.</param>
/// <param name="Message">What to do about it.</param>
public sealed record GovernanceRefusal(RefusalCode Code, string Message);

/// <summary>CCF's codes of refusals.</summary>
public enum RefusalCode
{
    /// <summary>The signature is not that of a member who may do this.</summary>
    InvalidAuthenticationInfo,

    /// <summary>The member may not do this.</summary>
    AuthorizationFailed,

    /// <summary>The request is not as it must be.</summary>
    InvalidInput,

    /// <summary>There is no such proposal.</summary>
    ProposalNotFound,

    /// <summary>The proposal is decided already.</summary>
    ProposalNotOpen,

    /// <summary>The constitution refuses the proposal.</summary>
    ProposalFailedToValidate,

    /// <summary>The proposal has been made before.</summary>
    ProposalReplay,

    /// <summary>The proposal is too old to know that it was not made before.</summary>
    ProposalCreatedTooLongAgo,

    /// <summary>The member has voted otherwise before.</summary>
    VoteAlreadyExists,

    /// <summary>The state that the member acknowledges is not the one that the member was told.</summary>
    StateDigestMismatch,

    /// <summary>Recovery shares are taken only while a service waits for them.</summary>
    ServiceNotWaitingForRecoveryShares,

    /// <summary>Enough shares were given, and the ledger is being opened with them.</summary>
    NodeAlreadyRecovering,

    /// <summary>The constitution failed.</summary>
    InternalError,
}
