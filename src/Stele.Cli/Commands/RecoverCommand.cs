using System.CommandLine;
using Spectre.Console;
using Stele.Cli.Connection;
using Stele.Cli.Output;
using Stele.Ledger.Audit;
using Stele.Ledger.Copying;
using Stele.Ledger.Files;
using Stele.Server.Home;
using Stele.Server.Recovering;

namespace Stele.Cli.Commands;

/// <summary><c>stele recover</c>: a new service goes on with the ledger of one that is gone.</summary>
internal static class RecoverCommand
{
    private static readonly Option<DirectoryInfo> From = new("--ledger")
    {
        Description = "the ledger of the service that is gone: a directory of ledger files, or a data directory; only read",
        HelpName = "DIR",
        Required = true,
    };

    private static readonly Option<string?> PreviousCertificate = new("--previous-service-cert")
    {
        Description = "the certificate of the service whose ledger it must be",
        HelpName = "PEM",
    };

    public static Command Create()
    {
        var command = new TaughtCommand(
            "recover",
            "Start a new service on the ledger of one that is gone, to be opened by its members.",
            """
            Example:
              stele recover --ledger /backup/ledger --previous-service-cert service_cert.pem --data /srv/recovered

            The ledger is copied into the new data directory, verified, and cut behind its last signature. The new service has
            an identity of its own; it opens when members have voted for it and enough of them have given their recovery
            shares (docs/recovery.md). Until then entries stay closed, and requests for them are answered with 503.

            Run again with the same arguments, it goes on where it was; once «ready» has been said, `stele up` does as well.
            """);
        ServingOptions.AddTo(command, founds: false);
        command.Options.Add(From);
        command.Options.Add(PreviousCertificate);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var options = ServingOptions.OptionsOf(parsed);
        var from = parsed.GetRequiredValue(From);
        if (!from.Exists) throw new CommandFailedException($"{from.FullName} is not there.", ExitCode.Usage);
        try
        {
            var recovery = new DisasterRecoveryOptions
            {
                LedgerDirectory = from.FullName,
                DataDirectory = options.DataDirectory,
                PreviousServiceCertificate = parsed.GetValue(PreviousCertificate) is { } path ? CertificateFile.Read(path) : null,
                AcceptLedgerEnd = options.AcceptLedgerEnd,
            };
            Console.Out.WriteLine(await PrepareAsync(recovery, cancel) is { } copied
                ? Text(copied)
                : $"recovering   goes on with what was copied into {options.DataDirectory} before; --ledger is not read again");
        }
        catch (LedgerHomeException refused)
        {
            throw new CommandFailedException(refused.Message, ExitCode.Failed);
        }
        catch (LedgerCorruptException damage)
        {
            throw new CommandFailedException(
                $"The ledger does not verify, and is not recovered: {damage.Message}. Take another copy of it; if its end is lost for"
                + " good, --accept-ledger-end recovers what is left.",
                ExitCode.NotVerified);
        }
        // What is left of the ledger has been taken: from here on nothing is accepted that is missing.
        return await Serving.RunAsync(options with { AcceptLedgerEnd = false }, cancel);
    }

    private static Task<DisasterCopyReport?> PrepareAsync(DisasterRecoveryOptions options, CancellationToken cancel)
    {
        var terminal = new Terminal(json: false);
        if (!terminal.HasAudience) return DisasterRecovery.PrepareAsync(options, cancel);
        return terminal.Talk.Progress().AutoClear(true).StartAsync(context =>
        {
            var task = context.AddTask("verifying", maxValue: 1);
            var progress = new Progress<AuditProgress>(at => task.Value = at.BytesTotal == 0 ? 1 : (double)at.BytesDone / at.BytesTotal);
            return DisasterRecovery.PrepareAsync(options with { Progress = progress }, cancel);
        });
    }

    private static string Text(DisasterCopyReport copied) =>
        $"recovering   the ledger up to {copied.LastSigned}, its last signature"
        + (copied.EntriesCut > 0 ? $"; {copied.EntriesCut} entries behind it, which nothing proves, are left out" : "");
}
