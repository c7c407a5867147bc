namespace Stele.Server.Recovering;

/// <summary>How far the members have come with giving their recovery shares.</summary>
internal abstract record RecoveryStep
{
    private RecoveryStep()
    {
    }

    /// <summary>More shares are needed.</summary>
    internal sealed record Waits(int Given, int Needed) : RecoveryStep;

    /// <summary>They open the ledger's secrets: all of it is being verified, and the service opens behind that.</summary>
    internal sealed record Begun(int Given, int Needed) : RecoveryStep;

    /// <summary>They do not open the ledger's secrets, and were removed.</summary>
    internal sealed record Failed : RecoveryStep;
}
