namespace Stele.Governance.Service;

/// <summary>How far a service has come, in CCF's words.</summary>
public enum ServiceStatus
{
    /// <summary>There is no service yet.</summary>
    None,

    /// <summary>It has been created, and takes no application requests yet.</summary>
    Opening,

    /// <summary>It is open.</summary>
    Open,

    /// <summary>It goes on with the ledger of a service that is gone, and members are to say whether it may.</summary>
    Recovering,

    /// <summary>Members have said that it may; it opens once enough of them have given their recovery shares.</summary>
    WaitingForRecoveryShares,

    /// <summary>Members have closed it: what is there is read and proved as before, and its users write nothing any more.</summary>
    Closed,
}
