using System.CommandLine;
using System.Text.Json;
using Stele.Cli.Connection;
using Stele.Cli.Output;

namespace Stele.Cli.Commands;

/// <summary><c>stele get</c>: one entry, by id or the newest.</summary>
internal static class GetCommand
{
    private static readonly Argument<string?> Id = new("id")
    {
        Description = "the transaction id, as 2.18; without it, the collection's newest entry",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Collection = CommonOptions.Collection();
    private static readonly Option<bool> Json = CommonOptions.Json();
    private static readonly ConnectionOptions Connection = new();

    public static Command Create()
    {
        var command = new TaughtCommand(
            "get",
            "Show an entry's contents: by its id, or the newest of a collection.",
            """
            Examples:
              stele get 2.18 --collection sensors
              stele get --collection sensors              the newest entry
            """)
        {
            Id, Collection, Json,
        };
        Connection.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var terminal = new Terminal(parsed.GetValue(Json));
        using var connection = Connection.Open(parsed);
        var id = parsed.GetValue(Id);
        var query = CommonOptions.Query("collectionId", parsed.GetValue(Collection)).TrimStart('&');
        var answer = await connection.GetAsync(
            $"/app/transactions/{(id is null ? "current" : Uri.EscapeDataString(id))}{(query.Length > 0 ? "?" + query : "")}", cancel);
        Show(terminal, answer.Json(), id);
        return ExitCode.Ok;
    }

    private static void Show(Terminal terminal, JsonElement answer, string? id)
    {
        if (id is not null && answer.GetProperty("state").GetString() != "Ready")
            throw new CommandFailedException($"Transaction {id} is not committed yet; ask again in a moment.", ExitCode.Failed);
        var entry = id is null ? answer : answer.GetProperty("entry");
        var contents = entry.GetProperty("contents").GetString()!;
        terminal.Result(Console.IsOutputRedirected ? contents : Printable.Lines(contents), entry.WriteTo);
    }
}
