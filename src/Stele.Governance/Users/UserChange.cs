namespace Stele.Governance.Users;

/// <summary>What became of a change to a user.</summary>
public enum UserChange
{
    /// <summary>It was made.</summary>
    Made,

    /// <summary>There is no such user.</summary>
    NoSuchUser,

    /// <summary>It was refused: no administrator would be left to let anyone in again.</summary>
    LastAdministrator,
}
