#pragma warning disable MA0025 // to be written
namespace Stele.Server.Hosting;

/// <summary>A running node: the ledger and the identity service, each on its port.</summary>
public sealed class LedgerHost : IAsyncDisposable
{
    /// <summary>The ledger's address.</summary>
    public Uri LedgerUri => throw new NotImplementedException();

    /// <summary>The identity service's address.</summary>
    public Uri IdentityUri => throw new NotImplementedException();

    /// <summary>Completes when the node has stopped, of itself or by signal.</summary>
    public Task Completion => throw new NotImplementedException();

    /// <summary>Opens or creates the ledger, and serves it.</summary>
    public static Task<LedgerHost> StartAsync(LedgerHostOptions options, CancellationToken cancel) =>
        throw new NotImplementedException();

    /// <summary>Stops taking requests, makes durable and signs what was taken, and closes the ledger.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
