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
}
