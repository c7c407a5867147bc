namespace Stele.Governance.Requests;

/// <summary>What a member asks for by a signed request.</summary>
public enum RequestType
{
    /// <summary>Makes a proposal.</summary>
    Proposal,

    /// <summary>Votes on one.</summary>
    Ballot,

    /// <summary>Withdraws one's own.</summary>
    Withdrawal,

    /// <summary>Asks for the digest of the current state.</summary>
    StateDigest,

    /// <summary>Acknowledges that state.</summary>
    Ack,

    /// <summary>Gives a recovery share.</summary>
    RecoveryShare,

    /// <summary>Asks for one's recovery share.</summary>
    EncryptedRecoveryShare,
}

/// <summary>The names that the types have in a request's header.</summary>
internal static class RequestTypes
{
    private static readonly Dictionary<string, RequestType> ByName = new(StringComparer.Ordinal)
    {
        ["proposal"] = RequestType.Proposal,
        ["ballot"] = RequestType.Ballot,
        ["withdrawal"] = RequestType.Withdrawal,
        ["state_digest"] = RequestType.StateDigest,
        ["ack"] = RequestType.Ack,
        ["recovery_share"] = RequestType.RecoveryShare,
        ["encrypted_recovery_share"] = RequestType.EncryptedRecoveryShare,
    };

    /// <summary>The type of a name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static RequestType Parse(string name) =>
        ByName.TryGetValue(name, out var type) ? type : throw new FormatException($"There is no request of type '{name}'.");

    /// <summary>The name of a type.</summary>
    public static string NameOf(RequestType type) => ByName.First(pair => pair.Value == type).Key;
}
