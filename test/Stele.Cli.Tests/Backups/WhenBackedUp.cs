namespace Stele.Cli.Tests.Backups;

/// <summary>Lets a class of tests begin when the ledger that they share has been backed up; without such a class it is not made.</summary>
public sealed class WhenBackedUp(BackedUpLedger ledger) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await ledger.MadeAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
