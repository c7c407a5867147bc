using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Stele.Cli.Connection;
using Stele.Cli.Output;
using Stele.Receipts;

namespace Stele.Cli.Commands;

/// <summary><c>stele verify</c>: checks receipts offline against a service certificate.</summary>
internal static class VerifyCommand
{
    private static readonly Argument<string[]> Files = new("receipt")
    {
        Description = "receipt files, or directories of them",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> ServiceCertificate = new("--service-cert")
    {
        Description = "the service's certificate [STELE_SERVICE_CERT, else ./stele-data/service_cert.pem]",
        HelpName = "PEM",
    };

    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new TaughtCommand(
            "verify",
            "Check receipts, offline: nothing but the file and the service's certificate is needed.",
            """
            Examples:
              stele verify receipt.json --service-cert service_cert.pem
              stele verify receipts/ --json

            A verified receipt proves that the entry, contents and collection included, is in the ledger of the service that
            holds this certificate's key. It does not prove when it was appended, nor that it was the last.
            """)
        {
            Files, ServiceCertificate, Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var terminal = new Terminal(parsed.GetValue(Json));
        using var service = CertificateFile.Read(CertificatePath(parsed));
        var files = parsed.GetRequiredValue(Files).SelectMany(Expand).ToList();
        if (files.Count == 0)
            throw new CommandFailedException("There are no receipts there: nothing was verified.", ExitCode.Failed);
        var failed = 0;
        foreach (var file in files)
            if (!Verify(file, service, terminal, showSteps: files.Count == 1)) failed++;
        if (files.Count != 1) Terminal.Say($"{files.Count - failed} verified, {failed} not.");
        return failed == 0 ? ExitCode.Ok : ExitCode.NotVerified;
    }

    private static string CertificatePath(ParseResult parsed) =>
        parsed.GetValue(ServiceCertificate)
        ?? (Environment.GetEnvironmentVariable("STELE_SERVICE_CERT") is { Length: > 0 } path ? path : null)
        ?? (File.Exists("stele-data/service_cert.pem") ? "stele-data/service_cert.pem" : null)
        ?? throw new CommandFailedException(
            "Which service? Give its certificate with --service-cert PEM, from a source that you trust.", ExitCode.Usage);

    private static IEnumerable<string> Expand(string path) =>
        Directory.Exists(path) ? Directory.EnumerateFiles(path).Order(StringComparer.Ordinal) : [path];

    private static bool Verify(string file, X509Certificate2 service, Terminal terminal, bool showSteps)
    {
        var (document, verdict) = Judge(file, service);
        terminal.Result(Text(file, document, verdict, showSteps), json => Write(json, file, document, verdict));
        return verdict.IsVerified;
    }

    private static (ReceiptDocument? Document, ReceiptVerdict Verdict) Judge(string file, X509Certificate2 service)
    {
        try
        {
            var document = ReceiptJson.Read(File.ReadAllBytes(file));
            return (document, ReceiptVerifier.Verify(document.Receipt, service, document.Claims));
        }
        catch (FormatException fault)
        {
            return (null, new ReceiptVerdict([new VerificationStep("format", false, fault.Message)]));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{file} cannot be read: {fault.Message}", ExitCode.Failed);
        }
    }

    private static string Text(string file, ReceiptDocument? document, ReceiptVerdict verdict, bool showSteps)
    {
        var lines = new List<string>();
        if (showSteps) lines.AddRange(verdict.Steps.Select(step => $"{(step.Passed ? "ok    " : "FAILED")} {step.Name}: {step.Detail}"));
        lines.Add(verdict.Failure is { } failure
            ? $"{file}: NOT VERIFIED at step «{failure.Name}»: {failure.Detail}"
            : $"{file}: verified: {Proven(document!)}");
        if (showSteps && verdict.IsVerified) lines.Add($"not proven: {NotProven(document!)}");
        return string.Join(Environment.NewLine, lines);
    }

    private static string Proven(ReceiptDocument document) => document.Claims switch
    {
        [ApplicationClaim.LedgerEntry entry, ..] =>
            $"transaction {Transaction(document)} put this entry into collection {entry.Collection}: {Shortened(entry.Contents)}",
        _ => $"transaction {Transaction(document)} is in the ledger (the receipt says nothing of its contents)",
    };

    private static string NotProven(ReceiptDocument document) =>
        "when it was appended, by whom, and that nothing came after it"
        + (document.Claims.Count == 0 ? "; what the entry holds" : "");

    // What the receipt proves is the id in its commit evidence, not the one that the file says beside it.
    private static string Transaction(ReceiptDocument document) =>
        document.Receipt.Leaf.CommitEvidence.Split(':') is [_, var id, _] ? id : "?";

    private static string Shortened(string contents) => Printable.Of(contents.Length <= 200 ? contents : contents[..200] + "…");

    private static void Write(Utf8JsonWriter json, string file, ReceiptDocument? document, ReceiptVerdict verdict)
    {
        json.WriteStartObject();
        json.WriteString("file", file);
        json.WriteBoolean("verified", verdict.IsVerified);
        if (document is not null) json.WriteString("transactionId", Transaction(document));
        json.WriteString("failedStep", verdict.Failure?.Name);
        json.WriteStartArray("steps");
        foreach (var step in verdict.Steps)
        {
            json.WriteStartObject();
            json.WriteString("name", step.Name);
            json.WriteBoolean("passed", step.Passed);
            json.WriteString("detail", step.Detail);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
