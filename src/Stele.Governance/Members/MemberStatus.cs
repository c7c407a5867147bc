namespace Stele.Governance.Members;

/// <summary>How far a member has come, in CCF's words.</summary>
public enum MemberStatus
{
    /// <summary>The consortium has let the member in, who has not yet acknowledged the state of the ledger.</summary>
    Accepted,

    /// <summary>The member proposes and votes.</summary>
    Active,
}
