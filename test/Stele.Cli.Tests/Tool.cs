namespace Stele.Cli.Tests;

/// <summary>The tool as the administrator of a running ledger calls it.</summary>
internal sealed class Tool(RunningLedger ledger)
{
    /// <summary>Runs a command on the ledger's data directory.</summary>
    public Task<Finished> RunAsync(params string[] arguments) => WithInputAsync(null, arguments);

    /// <summary>Runs a command with something on its standard input.</summary>
    public Task<Finished> WithInputAsync(string? input, params string[] arguments) =>
        Finished.RunAsync(SteleTool.StartInfo([.. arguments, "--data", ledger.DataDirectory]), input);

    /// <summary>Appends an entry.</summary>
    /// <returns>Its transaction id.</returns>
    public async Task<string> AppendAsync(string text, params string[] more) =>
        (await RunAsync(["append", text, "--wait", .. more])).Ok().Output.Trim();
}
