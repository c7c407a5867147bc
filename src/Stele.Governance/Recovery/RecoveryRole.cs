namespace Stele.Governance.Recovery;

/// <summary>What part a member has in recoveries, in CCF's words. Who has an encryption key and no role is a participant.</summary>
public static class RecoveryRole
{
    /// <summary>Has a share; a threshold of them is needed.</summary>
    public const string Participant = "Participant";

    /// <summary>Has the whole key.</summary>
    public const string Owner = "Owner";

    /// <summary>Has nothing.</summary>
    public const string NonParticipant = "NonParticipant";
}
