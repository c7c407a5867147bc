namespace Stele.Governance.Constitution;

/// <summary>What a decision has the service do itself, in the transaction that records the decision or right behind it.</summary>
[Flags]
public enum ServiceTasks
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Issues recovery shares anew.</summary>
    ReissueShares = 1,

    /// <summary>Gives the ledger a new secret, and issues shares of that one.</summary>
    Rekey = 2,

    /// <summary>Lets the ledger file end behind the next signature.</summary>
    EndFile = 4,

    /// <summary>Takes a snapshot at the next signature.</summary>
    TakeSnapshot = 8,
}
