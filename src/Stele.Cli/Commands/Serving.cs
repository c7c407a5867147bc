using Stele.Server.Home;
using Stele.Server.Hosting;

namespace Stele.Cli.Commands;

/// <summary>Serves a ledger until it is told to stop.</summary>
internal static class Serving
{
    public static async Task<int> RunAsync(LedgerHostOptions options, CancellationToken cancel)
    {
        var host = await StartAsync(options, cancel);
        await using (host)
        {
            await Greeting.ShowAsync(host, options, cancel);
            new EndpointFile(host.LedgerUri, host.IdentityUri, host.LedgerId).Write(options.DataDirectory);
            Console.Out.WriteLine("ready");
            await WhenStoppedAsync(host, cancel);
        }
        return ExitCode.Ok;
    }

    private static async Task<LedgerHost> StartAsync(LedgerHostOptions options, CancellationToken cancel)
    {
        try
        {
            return await LedgerHost.StartAsync(options, cancel);
        }
        catch (Exception fault) when (StartFailure.Explain(fault, options) is { } sentence)
        {
            throw new CommandFailedException(sentence, ExitCode.Failed);
        }
    }

    private static async Task WhenStoppedAsync(LedgerHost host, CancellationToken cancel)
    {
        try
        {
            await host.Completion.WaitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C or SIGTERM: the ordinary end.
        }
    }
}
