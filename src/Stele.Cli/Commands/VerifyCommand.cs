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
            holds this certificate's key. It does not prove when it was appended, nor that it was the last. What an entry is,
            the receipt's claims say; one without proves that the transaction is in the ledger, and nothing of its contents:
            then the exit code is 5.
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
        var found = files.Select(file => Verify(file, service, terminal, showSteps: files.Count == 1)).ToList();
        if (files.Count != 1) Terminal.Say(Summary(found));
        return found.Contains(ExitCode.NotVerified) ? ExitCode.NotVerified : found.Max();
    }

    private static string Summary(List<int> found)
    {
        var failed = found.Count(code => code == ExitCode.NotVerified);
        var bare = found.Count(code => code == ExitCode.NoEntryProven);
        return $"{found.Count - failed} verified, {failed} not." + bare switch
        {
            0 => "",
            1 => " 1 of the verified proves no entry.",
            _ => $" {bare} of the verified prove no entry.",
        };
    }

    private static string CertificatePath(ParseResult parsed) =>
        parsed.GetValue(ServiceCertificate)
        ?? (Environment.GetEnvironmentVariable("STELE_SERVICE_CERT") is { Length: > 0 } path ? path : null)
        ?? (File.Exists("stele-data/service_cert.pem") ? "stele-data/service_cert.pem" : null)
        ?? throw new CommandFailedException(
            "Which service? Give its certificate with --service-cert PEM, from a source that you trust.", ExitCode.Usage);

    private static IEnumerable<string> Expand(string path) =>
        Directory.Exists(path) ? Directory.EnumerateFiles(path).Order(StringComparer.Ordinal) : [path];

    private static int Verify(string file, X509Certificate2 service, Terminal terminal, bool showSteps)
    {
        var (document, verdict) = Judge(file, service);
        terminal.Result(Text(file, document, verdict, showSteps), json => Write(json, file, document, verdict));
        if (!verdict.IsVerified) return ExitCode.NotVerified;
        return document!.Entries.Count == 0 ? ExitCode.NoEntryProven : ExitCode.Ok;
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
        if (verdict.Failure is { } failure) lines.Add($"{file}: NOT VERIFIED at step «{failure.Name}»: {failure.Detail}");
        else lines.AddRange(Proven(document!).Select(proven => $"{file}: verified: {proven}"));
        if (showSteps && verdict.IsVerified) lines.Add($"not proven: {NotProven(document!)}");
        return string.Join(Environment.NewLine, lines);
    }

    // docs/verify/verify_receipt.py says the same; a test compares.
    private static IEnumerable<string> Proven(ReceiptDocument document) => document.Entries.Count == 0
        ? [$"transaction {Transaction(document)} is in the ledger; NO ENTRY is proven: the receipt says nothing of its contents"]
        : document.Entries.Select(entry =>
            $"transaction {Transaction(document)} put this entry into collection {Printable.Of(entry.Collection.Value)}: "
            + Shortened(entry.Contents));

    private static string NotProven(ReceiptDocument document) =>
        "when it was appended, by whom, and that nothing came after it"
        + (document.Entries.Count == 0 ? "; what the entry holds" : "");

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
        if (verdict.IsVerified) WriteEntries(json, document!.Entries);
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

    private static void WriteEntries(Utf8JsonWriter json, IEnumerable<ApplicationClaim.LedgerEntry> entries)
    {
        json.WriteStartArray("entries");
        foreach (var entry in entries)
        {
            json.WriteStartObject();
            json.WriteString("collectionId", entry.Collection.Value);
            json.WriteString("contents", entry.Contents);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
