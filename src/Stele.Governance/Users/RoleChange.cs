namespace Stele.Governance.Users;

/// <summary>What became of a change to roles.</summary>
public enum RoleChange
{
    /// <summary>It was made.</summary>
    Made,

    /// <summary>It was refused: there is a role of this name already.</summary>
    Exists,

    /// <summary>There is no such role.</summary>
    NoSuchRole,

    /// <summary>It was refused: there would be too many roles, or a role would have too many actions.</summary>
    TooMany,

    /// <summary>It was refused: it gives or takes a right that whoever asks for it does not have.</summary>
    BeyondCaller,
}
