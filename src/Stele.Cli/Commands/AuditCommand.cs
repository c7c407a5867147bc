using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using Spectre.Console;
using Stele.Cli.Audit;
using Stele.Cli.Connection;
using Stele.Cli.Output;
using Stele.Cryptography;
using Stele.Cryptography.Certificates;
using Stele.Ledger.Audit;
using Stele.Ledger.Files;
using Stele.Ledger.Secrets;
using Stele.Server.Attestation;
using Stele.Server.Home;

namespace Stele.Cli.Commands;

/// <summary><c>stele audit</c>: verifies all of a ledger, offline.</summary>
internal static class AuditCommand
{
    private const string Every = "every";
    private const string Last = "last";

    private static readonly Argument<DirectoryInfo> Target = new("directory")
    {
        Description = "a node's data directory, or a directory of ledger files alone",
    };

    private static readonly Option<string?> ServiceCertificate = new("--service-cert")
    {
        Description = "the certificate of the service whose ledger it must be",
        HelpName = "PEM",
    };

    private static readonly Option<bool> Live = new("--live")
    {
        Description = "the ledger is being written to: its last entry may be cut short",
    };

    private static readonly Option<string> Signatures = new("--signatures")
    {
        Description = "which signatures to verify: every one, or the last under each set of nodes, whose root covers all before it",
        HelpName = "every|last",
        DefaultValueFactory = _ => Every,
    };

    private static readonly Option<bool> Governance = new("--governance")
    {
        Description = "also decide again all that members decided, and tell who decided what",
    };

    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Signatures.AcceptOnlyFromAmong(Every, Last);
        var command = new TaughtCommand(
            "audit",
            "Verify all of a ledger, offline: every entry, the Merkle tree, both signatures of every root.",
            """
            Examples:
              stele audit stele-data
              stele audit copy-of-ledger-files --service-cert service_cert.pem
              stele audit stele-data --signatures last
              stele audit stele-data --governance

            Given a data directory, also that the ledger reaches as far as its node remembers, and every seal under the ledger
            secret. Given ledger files alone, an end that was cut off behind a signature cannot be noticed.
            With --signatures last every altered byte is found as with every, and in less time; what is not verified is that
            each of the earlier signatures was made by its node and by the service.
            The secrets open as the node's own do: say --seal as the node does. Secrets that are sealed to a processor open on
            that machine alone.
            """)
        {
            Target, ServiceCertificate, Live, Signatures, Governance, Json,
        };
        SealingOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var terminal = new Terminal(parsed.GetValue(Json));
        var target = parsed.GetRequiredValue(Target);
        if (!target.Exists) throw new CommandFailedException($"{target.FullName} is not there.", ExitCode.Usage);
        var options = new AuditOptions
        {
            Head = LedgerHead.Read(Path.Combine(target.FullName, "head")),
            IsBeingWritten = parsed.GetValue(Live),
            Signatures = parsed.GetValue(Signatures) == Last ? SignatureChecks.Last : SignatureChecks.Every,
        };
        var report = WithService(await AuditAsync(target, options, parsed, terminal, cancel), parsed);
        var code = Show(report, terminal);
        return parsed.GetValue(Governance) && report is AuditReport.Verified verified
            ? GovernanceAudit.Run(LedgerFiles(target), verified.LastSigned, terminal, cancel)
            : code;
    }

    private static string LedgerFiles(DirectoryInfo target)
    {
        var inHome = Path.Combine(target.FullName, "ledger");
        return Directory.Exists(inHome) ? inHome : target.FullName;
    }

    // None where the directory has none, or it does not open here: then the seals of private parts are not verified, and that
    // is said. Who says how it opens wants them verified.
    private static async Task<LedgerSecrets?> SecretsAsync(DirectoryInfo target, ParseResult parsed, CancellationToken cancel)
    {
        try
        {
            return await LedgerHome.ReadLedgerSecretsAsync(
                target.FullName, SealingOptions.OptionsOf(parsed), TimeProvider.System, cancel);
        }
        catch (Exception closed) when (closed is LedgerHomeException or EvidenceException or UnauthorizedAccessException)
        {
            if (SealingOptions.WayOf(parsed) is not null) throw new CommandFailedException(closed.Message, ExitCode.Failed);
            Terminal.Say($"The ledger's secrets do not open here, and the seals of private parts are not verified: {closed.Message}");
            return null;
        }
    }

    // A ledger that goes on may be given another secret while it is read: with that one it is read again.
    private static async Task<AuditReport> AuditAsync(
        DirectoryInfo target, AuditOptions options, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        while (true)
        {
            using var secrets = await SecretsAsync(target, parsed, cancel);
            var report = await AuditAsync(LedgerFiles(target), options with { Secrets = secrets }, terminal, cancel);
            if (report is not AuditReport.Failed || !options.IsBeingWritten || secrets is null) return report;
            using var now = await SecretsAsync(target, parsed, cancel);
            if (now is null || now.All.Count <= secrets.All.Count) return report;
        }
    }

    private static Task<AuditReport> AuditAsync(
        string directory, AuditOptions options, Terminal terminal, CancellationToken cancel)
    {
        if (!terminal.HasAudience) return LedgerAuditor.AuditAsync(directory, options, cancel);
        return terminal.Talk.Progress().AutoClear(true).StartAsync(context =>
        {
            var task = context.AddTask("auditing", maxValue: 1);
            var progress = new Progress<AuditProgress>(at => task.Value = at.BytesTotal == 0 ? 1 : (double)at.BytesDone / at.BytesTotal);
            return LedgerAuditor.AuditAsync(directory, options with { Progress = progress }, cancel);
        });
    }

    private static AuditReport WithService(AuditReport report, ParseResult parsed)
    {
        if (report is not AuditReport.Verified verified || parsed.GetValue(ServiceCertificate) is not { } path) return report;
        using var expected = CertificateFile.Read(path);
        using var found = verified.ServiceCertificate is { } pem ? X509Certificate2.CreateFromPem(pem) : null;
        return found is not null && found.RawData.AsSpan().SequenceEqual(expected.RawData)
            ? report
            : new AuditReport.Failed(path, 0, null, "the ledger is whole, but it is another service's");
    }

    private static int Show(AuditReport report, Terminal terminal)
    {
        switch (report)
        {
            case AuditReport.Verified verified:
                terminal.Result(Text(verified), json =>
                {
                    json.WriteStartObject();
                    json.WriteBoolean("verified", true);
                    json.WriteString("lastSigned", verified.LastSigned.ToString());
                    json.WriteNumber("entries", verified.Entries);
                    json.WriteNumber("signatures", verified.Signatures);
                    json.WriteNumber("uncovered", verified.Uncovered);
                    json.WriteString("serviceCertificate", DigestOf(verified.ServiceCertificate)?.ToHex());
                    json.WriteStartArray("services");
                    foreach (var service in verified.Services)
                    {
                        json.WriteStartObject();
                        json.WriteString("certificate", DigestOf(service.Certificate)?.ToHex());
                        json.WriteString("first", service.First.ToString());
                        json.WriteString("last", service.Last.ToString());
                        json.WriteEndObject();
                    }
                    json.WriteEndArray();
                    json.WriteEndObject();
                });
                return ExitCode.Ok;
            case AuditReport.Failed failed:
                terminal.Result(Text(failed), json =>
                {
                    json.WriteStartObject();
                    json.WriteBoolean("verified", false);
                    json.WriteString("file", failed.File);
                    json.WriteNumber("offset", failed.Offset);
                    if (failed.SeqNo is { } seqno) json.WriteNumber("seqno", seqno.Value);
                    json.WriteString("reason", failed.Reason);
                    json.WriteEndObject();
                });
                return ExitCode.NotVerified;
            default:
                throw new InvalidOperationException("No such report.");
        }
    }

    private static string Text(AuditReport.Verified verified) =>
        $"verified: {Plural.Of(verified.Entries, "entry", "entries")}, {Plural.Of(verified.Signatures, "signature")}, "
        + $"proven up to {verified.LastSigned}"
        + (verified.Uncovered > 0 ? $"; {verified.Uncovered} entries behind it are not signed yet" : "")
        + $"\nservice certificate (SHA-256): {Fingerprint(verified.ServiceCertificate)}"
        + string.Concat(verified.Services.SkipLast(1).Reverse().Select(Recovered));

    private static string Recovered(SigningService service) =>
        $"\nit recovered the ledger of an earlier service, which signed {service.First} to {service.Last}: "
        + Fingerprint(service.Certificate);

    private static string Text(AuditReport.Failed failed) =>
        $"NOT VERIFIED: {failed.File}, byte {failed.Offset}{(failed.SeqNo is { } seqno ? $", seqno {seqno}" : "")}: {failed.Reason}";

    private static string? Fingerprint(string? pem) => DigestOf(pem) is { } digest ? CertificateFingerprint.Of(digest) : null;

    private static Digest? DigestOf(string? pem)
    {
        if (pem is null) return null;
        using var certificate = X509Certificate2.CreateFromPem(pem);
        return Digest.Of(certificate.RawData);
    }
}
