using System.CommandLine;
using System.Text.Json;
using Stele.Cli.Connection;
using Stele.Cli.Output;

namespace Stele.Cli.Commands;

/// <summary><c>stele list</c>: the entries of a collection, as a table of id and contents, page after page.</summary>
internal static class ListCommand
{
    private static readonly Option<string?> Collection = CommonOptions.Collection();

    private static readonly Option<string?> From = new("--from")
    {
        Description = "the first transaction id [the collection's first]",
        HelpName = "ID",
    };

    private static readonly Option<string?> To = new("--to")
    {
        Description = "the last transaction id [the newest committed]",
        HelpName = "ID",
    };

    private static readonly Option<string?> Tag = new("--tag", "-t")
    {
        Description = "only entries with this tag",
        HelpName = "TAG",
    };

    private static readonly Option<long> Limit = new("--limit", "-n")
    {
        Description = "how many entries at most [all]",
        DefaultValueFactory = _ => long.MaxValue,
        HelpName = "N",
    };

    private static readonly Option<bool> Json = CommonOptions.Json();
    private static readonly ConnectionOptions Connection = new();

    public static Command Create()
    {
        var command = new TaughtCommand(
            "list",
            "List the committed entries of a collection: id, tab, contents.",
            """
            Examples:
              stele list --collection sensors --limit 10
              stele list --tag alarm --json               one JSON object for each entry

            Control characters in contents are shown as \u001b, so that an entry is a line; --json has them exactly.
            """)
        {
            Collection, From, To, Tag, Limit, Json,
        };
        Limit.MustBe(n => n >= 0, "0 or more");
        Connection.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var terminal = new Terminal(parsed.GetValue(Json));
        using var connection = Connection.Open(parsed);
        var left = parsed.GetRequiredValue(Limit);
        var query = (CommonOptions.Query("collectionId", parsed.GetValue(Collection))
            + CommonOptions.Query("fromTransactionId", parsed.GetValue(From))
            + CommonOptions.Query("toTransactionId", parsed.GetValue(To))
            + CommonOptions.Query("tag", parsed.GetValue(Tag))).TrimStart('&');
        for (var page = "/app/transactions?" + query; page is not null && left > 0;)
        {
            var answer = (await connection.GetAsync(page, cancel)).Json();
            foreach (var entry in answer.GetProperty("entries").EnumerateArray())
            {
                if (left-- == 0) break;
                terminal.Result(Row(entry), entry.WriteTo);
            }
            page = answer.TryGetProperty("nextLink", out var next) ? next.GetString() : null;
        }
        return ExitCode.Ok;
    }

    private static string Row(JsonElement entry) =>
        $"{entry.GetProperty("transactionId").GetString()}\t{Printable.Of(entry.GetProperty("contents").GetString()!)}";
}
