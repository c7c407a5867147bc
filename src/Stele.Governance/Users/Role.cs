namespace Stele.Governance.Users;

/// <summary>ACL's built-in roles; each may do all that the one before it may.</summary>
public enum Role
{
    /// <summary>Reads everything: entries, receipts, governance, quotes.</summary>
    Reader = 1,

    /// <summary>Also appends.</summary>
    Contributor = 2,

    /// <summary>Also manages users.</summary>
    Administrator = 3,
}
