namespace Stele.Server.Tests.Support;

/// <summary>A running ledger with its consortium's first member.</summary>
public sealed class GovernedLedger : LedgerFixture
{
    internal Governor Member { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Member = FirstMember();
    }

    public override async ValueTask DisposeAsync()
    {
        Member?.Dispose();
        await base.DisposeAsync();
    }
}
