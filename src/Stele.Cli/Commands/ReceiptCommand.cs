using System.CommandLine;
using System.Text;
using Stele.Cli.Connection;
using Stele.Cli.Output;

namespace Stele.Cli.Commands;

/// <summary><c>stele receipt</c>: the proof of an entry, as a file that verifies without the ledger.</summary>
internal static class ReceiptCommand
{
    private static readonly Argument<string> Id = CommonOptions.TransactionId();

    private static readonly Option<FileInfo?> Out = new("--out", "-o")
    {
        Description = "the file to write [standard output]",
        HelpName = "FILE",
    };

    private static readonly ConnectionOptions Connection = new();

    public static Command Create()
    {
        var command = new TaughtCommand(
            "receipt",
            "Fetch an entry's receipt, with its contents as the claim that it proves.",
            """
            Examples:
              stele receipt 2.18 -o receipt.json
              stele verify receipt.json
            """)
        {
            Id, Out,
        };
        Connection.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        using var connection = Connection.Open(parsed);
        var id = Uri.EscapeDataString(parsed.GetRequiredValue(Id));
        var answer = await connection.GetAsync($"/app/transactions/{id}/receipt", cancel);
        if (answer.Json().GetProperty("state").GetString() != "Ready")
            throw new CommandFailedException($"Transaction {id} is not committed yet; ask again in a moment.", ExitCode.Failed);
        if (parsed.GetValue(Out) is { } file) await File.WriteAllBytesAsync(file.FullName, answer.Body, cancel);
        else Console.Out.WriteLine(Encoding.UTF8.GetString(answer.Body));
        return ExitCode.Ok;
    }
}
