using Microsoft.Extensions.Hosting;

namespace Stele.Server.Hosting;

/// <summary>Leaves signals to whoever runs the node: it has several servers, and one order to stop them in.</summary>
internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
