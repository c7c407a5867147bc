using System.CommandLine;
using Stele.Cli.Connection;
using Stele.Cli.Output;

namespace Stele.Cli.Commands;

/// <summary><c>stele collections</c>: the names of all collections.</summary>
internal static class CollectionsCommand
{
    private static readonly Option<bool> Json = CommonOptions.Json();
    private static readonly ConnectionOptions Connection = new();

    public static Command Create()
    {
        var command = new Command("collections", "List the collections, one on a line.") { Json };
        Connection.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var terminal = new Terminal(parsed.GetValue(Json));
        using var connection = Connection.Open(parsed);
        for (var page = "/app/collections"; page is not null;)
        {
            var answer = (await connection.GetAsync(page, cancel)).Json();
            foreach (var collection in answer.GetProperty("collections").EnumerateArray())
                terminal.Result(collection.GetProperty("collectionId").GetString()!, collection.WriteTo);
            page = answer.TryGetProperty("nextLink", out var next) ? next.GetString() : null;
        }
        return ExitCode.Ok;
    }
}
