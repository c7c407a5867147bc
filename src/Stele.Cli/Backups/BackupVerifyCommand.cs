using System.CommandLine;
using Stele.Cli.Commands;
using Stele.Cli.Output;
using Stele.Ledger.Backups;

namespace Stele.Cli.Backups;

/// <summary><c>stele backup verify</c>: verifies a backup by itself.</summary>
internal static class BackupVerifyCommand
{
    private static readonly Argument<DirectoryInfo> Target = new("target-dir") { Description = "the backup; only read" };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new TaughtCommand(
            "verify",
            "Verify all of a backup: every file's digest, every entry, the Merkle tree and the signatures.",
            """
            Example:
              stele backup verify /backup/ledger

            Exit code 3 and the name of each file that is not as it should be, or 0.
            """) { Target, ExpectedService.Option, Json };
        command.SetAction(Run);
        return command;
    }

    private static Task<int> Run(ParseResult parsed, CancellationToken cancel)
    {
        var target = parsed.GetRequiredValue(Target);
        if (!target.Exists) throw new CommandFailedException($"{target.FullName} is not there.", ExitCode.Usage);
        try
        {
            using var held = BackupDirectory.Hold(target.FullName);
            var verdict = BackupVerification.Run(BackupDirectory.OpenRead(target.FullName), cancel);
            ExpectedService.Check(parsed, verdict.Manifest);
            return Task.FromResult(Show(verdict, parsed));
        }
        catch (Exception fault) when (BackupFailure.Explain(fault, target.FullName) is not null)
        {
            throw BackupFailure.Explain(fault, target.FullName)!;
        }
    }

    private static int Show(BackupVerdict verdict, ParseResult parsed)
    {
        var isWhole = verdict.Faults.Count == 0;
        var text = isWhole
            ? $"verified: {BackupText.Of(verdict.Manifest)}"
            : $"NOT VERIFIED:{string.Concat(verdict.Faults.Select(fault => $"\n  {fault.File}: {fault.Reason}"))}"
                + $"\nthe ledger files verify up to {verdict.WholeUpTo}";
        new Terminal(parsed.GetValue(Json)).Result(text, json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("verified", isWhole);
            BackupText.Write(json, verdict.Manifest);
            json.WriteString("wholeUpTo", verdict.WholeUpTo.ToString());
            json.WriteStartArray("faults");
            foreach (var fault in verdict.Faults)
            {
                json.WriteStartObject();
                json.WriteString("file", fault.File);
                json.WriteString("reason", fault.Reason);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
        return isWhole ? ExitCode.Ok : ExitCode.NotVerified;
    }
}
