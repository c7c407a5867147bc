namespace Stele.Governance.Users;

/// <summary>What became of a change to a user.</summary>
public enum UserChange
{
    /// <summary>It was made.</summary>
    Made,

    /// <summary>There is no such user.</summary>
    NoSuchUser,

    /// <summary>It was refused: there is no role of one of the names.</summary>
    NoSuchRole,

    /// <summary>It was refused: no administrator would be left to let anyone in again.</summary>
    LastAdministrator,

    /// <summary>It was refused: it gives or takes a right that whoever asks for it does not have.</summary>
    BeyondCaller,
}
