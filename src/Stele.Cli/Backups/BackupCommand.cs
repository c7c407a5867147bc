using System.CommandLine;
using Stele.Cli.Commands;
using Stele.Cli.Output;
using Stele.Ledger.Backups;
using Stele.Server.Home;

namespace Stele.Cli.Backups;

/// <summary><c>stele backup</c>: adds to a backup what a ledger has and it has not, while the node runs.</summary>
internal static class BackupCommand
{
    private static readonly Argument<DirectoryInfo> Source = new("data-dir")
    {
        Description = "a node's data directory, or a directory of ledger files alone; only read",
    };

    private static readonly Argument<string> Target = new("target-dir")
    {
        Description = "the backup: a directory; made where it is not there",
    };

    private static readonly Option<bool> WithSecrets = new("--with-secrets")
    {
        Description = "also the node's keys and the ledger's secrets, sealed as they lie there",
    };

    private static readonly Option<bool> WithSealKey = new("--with-seal-key")
    {
        Description = "also keys/seal-key, which opens them: then whoever has the backup has the service; with --with-secrets",
    };

    private static readonly Option<bool> CompareAll = new("--compare-all")
    {
        Description = "read all closed files again, the ledger's and the backup's: not by size and time alone",
    };

    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new TaughtCommand(
            "backup",
            "Copy what is new of a ledger into a backup, verified, while its node runs.",
            """
            Examples:
              stele backup /var/lib/stele /backup/ledger
              stele backup verify /backup/ledger
              stele backup /var/lib/stele /backup/ledger --with-secrets

            Run it as often as you like: each run copies and verifies what came since, up to the last committed signature, and what
            is there is never written again. Killed at any moment, it leaves the backup of before, or the new one.
            Without --with-secrets there is no private key and no secret in it; the members' shares bring it back (stele restore,
            stele recover). With it the node starts from it as it was: the secrets stay sealed as they are, and what opens them
            (key file, Vault, the very processor) is needed as well.
            """)
        {
            Source, Target, WithSecrets, WithSealKey, CompareAll, Json,
        };
        command.Subcommands.Add(BackupVerifyCommand.Create());
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var source = parsed.GetRequiredValue(Source);
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(parsed.GetRequiredValue(Target)));
        var withSecrets = parsed.GetValue(WithSecrets);
        if (!source.Exists) throw new CommandFailedException($"{source.FullName} is not there.", ExitCode.Usage);
        if (parsed.GetValue(WithSealKey) && !withSecrets)
            throw new CommandFailedException("--with-seal-key goes with --with-secrets.", ExitCode.Usage);
        if (PathWithin.Is(target, source.FullName))
            throw new CommandFailedException("The backup lies within the data directory; name another disk's.", ExitCode.Usage);
        try
        {
            // Before anything is made: what cannot be backed up leaves no trace.
            var extras = Look();
            RefuseWithoutLedger(source.FullName);
            var report = await BackupAsync(SourceOf(source.FullName, () => (extras = Look()).Files, parsed), target, withSecrets, cancel);
            Show(report, target, parsed);
            if (withSecrets) Warn(extras);
            return ExitCode.Ok;

            BackupFiles Look() => BackupFiles.Of(source.FullName, withSecrets, parsed.GetValue(WithSealKey));
        }
        catch (Exception fault) when (BackupFailure.Explain(fault, target) is not null)
        {
            throw BackupFailure.Explain(fault, target)!;
        }
    }

    private static async Task<BackupReport> BackupAsync(BackupSource source, string target, bool withSecrets, CancellationToken cancel)
    {
        var backup = BackupDirectory.OpenWrite(target, out var held);
        using (held)
        {
            if (backup.Manifest is { HasSecrets: true } && !withSecrets)
                throw new BackupException($"{target} holds a node's secrets; say --with-secrets again, or name a new directory.");
            return await new LedgerBackup(source, backup, TimeProvider.System).RunAsync(cancel);
        }
    }

    // As a node names them: what is recovered or half written is none, and so is what is no ledger's at all.
    private static void RefuseWithoutLedger(string directory)
    {
        if (Directory.EnumerateFiles(LedgerIn(directory), "ledger_*").Any()) return;
        throw File.Exists(Path.Combine(directory, BackupManifest.FileName))
            ? new CommandFailedException($"{directory} is a backup itself. Copy it, or name the node's data directory.", ExitCode.Usage)
            : new CommandFailedException(
                $"{directory} is neither a node's data directory with a ledger nor a directory of ledger files.", ExitCode.Usage);
    }

    private static string LedgerIn(string directory) =>
        Path.Combine(directory, "ledger") is var within && Directory.Exists(within) ? within : directory;

    private static BackupSource SourceOf(string directory, Func<IEnumerable<BackupExtra>> extras, ParseResult parsed)
    {
        var certificate = Path.Combine(directory, "service_cert.pem");
        return new BackupSource
        {
            LedgerDirectory = LedgerIn(directory),
            HeadFile = Path.Combine(directory, "head"),
            ServiceCertificateFile = File.Exists(certificate) ? certificate : null,
            LedgerId = BackupFiles.LedgerIdIn(directory),
            Extras = extras,
            ComparesAll = parsed.GetValue(CompareAll),
        };
    }

    private static void Show(BackupReport report, string target, ParseResult parsed)
    {
        var text = report.FilesCopied == 0
            ? $"nothing new: {target} is {BackupText.Of(report.Manifest)}"
            : $"backed up: {Plural.Of(report.FilesCopied, "file")}, {BackupText.Size(report.BytesCopied)}"
                + (report.Before.SeqNo.Value > 0 ? $", behind {report.Before}" : "") + $"\n{target} is {BackupText.Of(report.Manifest)}";
        new Terminal(parsed.GetValue(Json)).Result(text, json =>
        {
            json.WriteStartObject();
            BackupText.Write(json, report.Manifest);
            json.WriteString("before", report.Before.ToString());
            json.WriteNumber("filesCopied", report.FilesCopied);
            json.WriteNumber("bytesCopied", report.BytesCopied);
            json.WriteEndObject();
        });
    }

    private static void Warn(BackupFiles extras)
    {
        var way = BackupFiles.OpenedBy(extras.Files.Where(file => file.IsSecret).Select(file => file.Path));
        var hasKey = extras.Files.Any(file => file.Name == "keys/seal-key");
        Terminal.Say((way, hasKey) switch
        {
            ("key-file", true) => "This backup holds the service's keys and what opens them: guard it as the service itself.",
            ("key-file", false) =>
                "The keys in this backup are sealed under a key file that is not in it: keep a copy of that in another place.",
            ("vault", _) => "The keys in this backup are sealed by Vault: it takes Vault, with its key, to open them.",
            ("platform", _) => "The keys in this backup open on this very processor alone, for this very program: they do not outlive the "
                + "machine. For that, members' shares bring the ledger back.",
            _ => "There are no keys in this data directory.",
        });
        foreach (var (path, why) in extras.Withheld) Terminal.Say($"not in it: {path}: {why}");
    }
}
