using System.CommandLine;
using Stele.Cli.Commands;
using Stele.Cli.Output;
using Stele.Cryptography.Certificates;
using Stele.Ledger.Backups;

namespace Stele.Cli.Backups;

/// <summary><c>stele restore</c>: brings a data directory back from a backup.</summary>
internal static class RestoreCommand
{
    private static readonly Argument<DirectoryInfo> Source = new("backup-dir") { Description = "the backup; only read" };
    private static readonly Argument<string> Target = new("data-dir") { Description = "where to: a directory that is not there, or empty" };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "verify, say what would be done, and write nothing" };

    private static readonly Option<string?> To = new("--to")
    {
        Description = "restore the ledger up to the last signature at or before this transaction; what follows is left out",
        HelpName = "ID",
    };

    private static readonly Option<bool> WithoutSecrets = new("--without-secrets")
    {
        Description = "leave the node's keys out, though the backup has them: for members to recover",
    };

    private static readonly Option<bool> OriginalIsGone = new("--original-is-gone")
    {
        Description = "the node whose keys these are runs nowhere, and never will again",
    };

    private static readonly Option<bool> Json = CommonOptions.Json();

    static RestoreCommand() => To.MustBe(text => text is null || TransactionId.TryParse(text, out _), "a transaction id, as 2.18");

    public static Command Create()
    {
        var command = new TaughtCommand(
            "restore",
            "Bring a data directory back from a backup, verified before anything is written.",
            """
            Examples:
              stele restore /backup/ledger /srv/restored --dry-run
              stele restore /backup/ledger /srv/restored
              stele restore /backup/ledger /var/lib/stele --original-is-gone

            All of the backup is verified first; then it is written beside the data directory, and takes its name when it is whole.
            Without secrets in the backup, `stele recover` goes on with the ledger, and members' shares open it. With them the node
            starts as it was. Never start it while the original lives: both would sign different futures with the same keys, and
            nobody could tell which is the ledger's.
            """)
        {
            Source, Target, DryRun, To, WithoutSecrets, OriginalIsGone, ExpectedService.Option, Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static Task<int> Run(ParseResult parsed, CancellationToken cancel)
    {
        var source = parsed.GetRequiredValue(Source);
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(parsed.GetRequiredValue(Target)));
        if (!source.Exists) throw new CommandFailedException($"{source.FullName} is not there.", ExitCode.Usage);
        try
        {
            using var held = BackupDirectory.Hold(source.FullName);
            var backup = BackupDirectory.OpenRead(source.FullName);
            var hasSecrets = backup.Manifest!.HasSecrets && !parsed.GetValue(WithoutSecrets);
            if (hasSecrets && !parsed.GetValue(DryRun) && !parsed.GetValue(OriginalIsGone)) throw SecondCopy(source.FullName);
            var to = parsed.GetValue(To) is { } text && TransactionId.TryParse(text, out var id) ? id : (TransactionId?)null;
            ExpectedService.Check(parsed, backup.Manifest);
            var verdict = BackupVerification.Run(backup, cancel);
            var plan = LedgerRestore.Plan(backup, verdict, to, hasSecrets);
            TransactionId? last = null;
            var restore = new LedgerRestore(backup, plan);
            if (parsed.GetValue(DryRun)) LedgerRestore.RefuseFull(target);
            else last = restore.Run(target, cancel);
            Show(plan, last, target, Next(plan, hasSecrets, target), parsed);
            return Task.FromResult(ExitCode.Ok);
        }
        catch (Exception fault) when (BackupFailure.Explain(fault, source.FullName) is not null)
        {
            throw BackupFailure.Explain(fault, source.FullName)!;
        }
    }

    private static CommandFailedException SecondCopy(string source) => new(
        $"{source} holds a node's keys. A second copy of a node that still lives, or comes back, signs another future with the same keys, "
        + "and receipts of both verify. If the original is gone for good, say --original-is-gone; to let members recover the ledger with "
        + "keys of its own, --without-secrets.", ExitCode.Usage);

    private static string[] Next(RestorePlan plan, bool hasSecrets, string target)
    {
        // Only a node that joined remembers it: another serves as my-ledger unless it is told.
        var name = plan.Manifest.LedgerId is { } id && IsPlain(id) ? $" --ledger-id {id}" : "";
        if (!hasSecrets)
        {
            var certificate = plan.Others.Any(file => file.Name == "service_cert.pem")
                ? $" --previous-service-cert {Path.Combine(target, "service_cert.pem")}" : "";
            return [$"stele recover --ledger {target}{certificate} --data NEW_DATA_DIR{name}"];
        }
        var steps = new List<string>();
        if (plan.Others.All(file => file.Name is not ("keys/seal-key" or "keys/data-key")))
            steps.Add("put what opens the keys where --seal says, or the node's seal-key at "
                + $"{Path.Combine(target, "keys", "seal-key")} (mode 600)");
        steps.Add(plan.Others.Any(file => file.Name is "store" or "joined")
            ? $"stele node start --data {target}{name} --begin-store …, on an etcd that knows nothing of this ledger; "
                + "then let new nodes join"
            : $"stele up --data {target}{name}");
        return [.. steps];
    }

    // What a backup says is pasted into a shell: no more than a name.
    private static bool IsPlain(string id) => id.Length > 0 && char.IsAsciiLetterOrDigit(id[0])
        && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');

    private static void Show(RestorePlan plan, TransactionId? last, string target, string[] next, ParseResult parsed)
    {
        var upTo = last ?? (plan.To is { } to && to.SeqNo < plan.Manifest.Last.SeqNo ? to : plan.Manifest.Last);
        var count = plan.Ledger.Count + plan.Others.Count;
        var files = Plural.Of(count, "file");
        var bytes = plan.Ledger.Sum(file => file.Size) + plan.Others.Sum(file => file.Size);
        var secrets = plan.Others.Any(file => file.IsSecret) ? "the node's, sealed as they were" : "none: members' shares open the ledger";
        var text = $"""
            backup    taken {plan.Manifest.Taken:u}, of ledger {plan.Manifest.LedgerId ?? "(no name)"}, verified
            service   {CertificateFingerprint.Of(plan.Manifest.ServiceCertificate)}
            {(last is null ? "would be" : "restored")}  {target}: the ledger up to {upTo}; {files}, {BackupText.Size(bytes)}
            secrets   {secrets}
            {string.Join('\n', next.Select(step => $"next      {step}"))}
            """;
        new Terminal(parsed.GetValue(Json)).Result(text, json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("restored", last is not null);
            json.WriteString("directory", target);
            json.WriteString("upTo", upTo.ToString());
            json.WriteNumber("files", count);
            json.WriteNumber("bytes", bytes);
            json.WriteBoolean("secrets", plan.Others.Any(file => file.IsSecret));
            json.WriteStartArray("next");
            foreach (var step in next) json.WriteStringValue(step);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
