using System.CommandLine;
using Stele.Cli.Connection;
using Stele.Cli.Output;

namespace Stele.Cli.Commands;

/// <summary><c>stele status</c>: whether a transaction is committed.</summary>
internal static class StatusCommand
{
    private static readonly Argument<string> Id = CommonOptions.TransactionId();
    private static readonly Option<bool> Json = CommonOptions.Json();
    private static readonly ConnectionOptions Connection = new();

    public static Command Create()
    {
        var command = new TaughtCommand(
            "status",
            "Say whether a transaction is Committed, or Pending yet.",
            """
            Example:
              stele status 2.18
            """) { Id, Json };
        Connection.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var terminal = new Terminal(parsed.GetValue(Json));
        using var connection = Connection.Open(parsed);
        var id = Uri.EscapeDataString(parsed.GetRequiredValue(Id));
        var answer = (await connection.GetAsync($"/app/transactions/{id}/status", cancel)).Json();
        terminal.Result(answer.GetProperty("state").GetString()!, answer.WriteTo);
        return ExitCode.Ok;
    }
}
