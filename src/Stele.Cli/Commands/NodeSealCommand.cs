using System.CommandLine;
using Stele.Cli.Output;
using Stele.Server.Attestation;
using Stele.Server.Home;
using Stele.Server.Sealing;

namespace Stele.Cli.Commands;

/// <summary><c>stele node seal</c>: seals a stopped node's secrets in another way.</summary>
internal static class NodeSealCommand
{
    private static readonly Option<string> To = new("--to")
    {
        Description = $"what is to open them: {SealingOptions.Ways}",
        HelpName = "WAY",
        Required = true,
    };

    public static Command Create()
    {
        var command = new TaughtCommand(
            "seal",
            "Seal a stopped node's keys in another way: all of them, or none.",
            """
            Examples:
              stele node seal --data /srv/ledger --to key-file:/etc/stele/seal-key
              stele node seal --data /srv/ledger --seal key-file:/etc/stele/seal-key --to vault:https://vault:8200/transit/keys/stele

            --seal says what opens them now, as it was given to the node; the options about Vault hold for both. Start the node
            with the new way as --seal afterwards. Copies made before (backups, snapshots of the disk) open as they did.
            """);
        command.Options.Add(ServingOptions.Data);
        command.Options.Add(To);
        SealingOptions.AddTo(command);
        To.MustBe(text => SealWay.TryParse(text) is not null, SealingOptions.Ways);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var home = parsed.GetRequiredValue(ServingOptions.Data);
        var to = SealingOptions.WayOf(parsed.GetRequiredValue(To), parsed);
        try
        {
            var count = await Resealing.RunAsync(
                home, SealingOptions.OptionsOf(parsed), new SealOptions(to, new PlatformOptions()), TimeProvider.System, cancel);
            Console.Out.WriteLine($"{Plural.Of(count, "file")} of {home} {(count == 1 ? "is" : "are")} sealed by {to.Name}");
            return ExitCode.Ok;
        }
        catch (Exception refused) when (refused is LedgerHomeException or EvidenceException)
        {
            throw new CommandFailedException(refused.Message, ExitCode.Failed);
        }
        catch (IOException failure)
        {
            throw new CommandFailedException($"{home} cannot be re-sealed; is its node stopped? {failure.Message}", ExitCode.Failed);
        }
    }
}
