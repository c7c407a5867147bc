using System.CommandLine;
using Stele.Cli.Connection;
using Stele.Cli.Output;

namespace Stele.Cli.Commands;

/// <summary><c>stele append</c>: one entry, or one for each line.</summary>
internal static class AppendCommand
{
    private const int ConcurrencyMax = 256;
    private const string StandardInput = "-";

    private static readonly Argument<string?> Text = new("text")
    {
        Description = "the entry's contents; without it, or for -, they are read from standard input (or --file)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<FileInfo?> File = new("--file", "-f")
    {
        Description = "read from a file instead of standard input",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Lines = new("--lines")
    {
        Description = "each line is an entry, byte for byte (CSV rows, log lines)",
    };

    private static readonly Option<bool> JsonLines = new("--jsonl")
    {
        Description = "as --lines, and each line must be JSON",
    };

    private static readonly Option<string?> Collection = CommonOptions.Collection();

    private static readonly Option<string[]> Tags = new("--tag", "-t")
    {
        Description = "a tag of the entry; at most five",
        HelpName = "TAG",
    };

    private static readonly Option<bool> Wait = new("--wait")
    {
        Description = "answer when the entry is committed, not already when it is durable",
    };

    private static readonly Option<string?> Receipt = new("--receipt")
    {
        Description = "wait, and save the entry's receipt in this file",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Receipts = new("--receipts")
    {
        Description = "wait, and save each entry's receipt in this folder, as ID.json",
        HelpName = "DIR",
    };

    private static readonly Option<int> Concurrency = new("--concurrency")
    {
        Description = "requests at a time; with more than one, lines may be appended in another order",
        DefaultValueFactory = _ => 1,
        HelpName = "N",
    };

    private static readonly Option<bool> Json = CommonOptions.Json();
    private static readonly ConnectionOptions Connection = new();

    public static Command Create()
    {
        var command = new TaughtCommand(
            "append",
            "Append an entry, or one for each line.",
            """
            Examples:
              stele append "temperature 21.5" --collection sensors
              stele append --file report.pdf.sha256 --receipt report.receipt.json
              journalctl -o json | stele append --jsonl --collection journal

            Contents are taken as they are: a file or standard input with its last line end, a line without it.
            With --lines or --jsonl, lines are appended in their order, one request at a time unless --concurrency says
            otherwise; a failure says which line was the last one taken.
            """);
        command.Arguments.Add(Text);
        foreach (var option in new Option[] { File, Lines, JsonLines, Collection, Tags, Wait, Receipt, Receipts, Concurrency, Json })
            command.Options.Add(option);
        Connection.AddTo(command);
        Concurrency.MustBe(n => n is >= 1 and <= ConcurrencyMax, $"from 1 to {ConcurrencyMax}");
        command.Validators.Add(result =>
        {
            var isLines = result.GetValue(Lines) || result.GetValue(JsonLines);
            var text = result.GetValue(Text);
            // Standard input may be lines, and is no file.
            if (text is not null && (result.GetValue(File) is not null || (isLines && text != StandardInput)))
                result.AddError("Give the contents as text, or a --file, or lines: one of them.");
            if (result.GetValue(Receipt) is not null && isLines)
                result.AddError("--receipt is for one entry; for lines, give --receipts DIR.");
            if (result.GetValue(Receipt) is not null && result.GetValue(Receipts) is not null)
                result.AddError("Give --receipt FILE or --receipts DIR: one of them.");
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var terminal = new Terminal(parsed.GetValue(Json));
        using var connection = Connection.Open(parsed);
        var receipts = ReceiptsOf(parsed);
        var wait = receipts is not null || parsed.GetValue(Wait);
        var path = "/app/transactions?waitForCommit=" + (wait ? "true" : "false")
            + CommonOptions.Query("collectionId", parsed.GetValue(Collection))
            + CommonOptions.Query("tags", parsed.GetValue(Tags) is { Length: > 0 } tags ? string.Join(',', tags) : null);
        if (parsed.GetValue(Lines) || parsed.GetValue(JsonLines))
        {
            var lines = new LineAppender(connection, path, receipts, terminal, parsed.GetRequiredValue(Concurrency));
            return await lines.RunAsync(parsed.GetValue(File), parsed.GetValue(JsonLines), cancel);
        }
        var contents = parsed.GetValue(Text) is { } text and not StandardInput
            ? text
            : await AppendInput.ReadAllAsync(parsed.GetValue(File), cancel);
        var answer = await connection.SendAsync(HttpMethod.Post, path, AppendBody.Of(contents), cancel);
        if (receipts is not null) await receipts.SaveAsync(AppendBody.IdOf(answer), answer.Body, cancel);
        var collection = answer.Json().GetProperty("collectionId").GetString()!;
        terminal.Result(answer.TransactionId!, json =>
        {
            json.WriteStartObject();
            json.WriteString("transactionId", answer.TransactionId);
            json.WriteString("collectionId", collection);
            json.WriteEndObject();
        });
        return ExitCode.Ok;
    }

    private static ReceiptFolder? ReceiptsOf(ParseResult parsed) =>
        parsed.GetValue(Receipt) is { } file ? new ReceiptFolder(file, isFile: true)
        : parsed.GetValue(Receipts) is { } folder ? new ReceiptFolder(folder, isFile: false)
        : null;
}
