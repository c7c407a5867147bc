using System.CommandLine;
using System.Text.Json;
using Stele.Cli.Connection;
using Stele.Cli.Output;
using Stele.Receipts;

namespace Stele.Cli.Commands;

/// <summary><c>stele get</c>: one entry, by id or the newest.</summary>
internal static class GetCommand
{
    private const string NoSuchEntry = "UnknownLedgerEntry";

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
              stele get 2.18                             in whichever collection it is
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
        var collection = parsed.GetValue(Collection);
        try
        {
            Show(terminal, await AskAsync(connection, id, collection, cancel), id);
        }
        catch (RequestRefusedException refused) when (id is not null && refused.Code == NoSuchEntry)
        {
            if (collection is not null)
            {
                throw new CommandFailedException(
                    $"In collection {Printable.Of(collection)} there is no {id}; without --collection, it is found wherever it is.",
                    ExitCode.Failed);
            }
            Show(terminal, await AskAsync(connection, id, await ClaimedAsync(connection, id, cancel), cancel), id);
        }
        return ExitCode.Ok;
    }

    private static async Task<JsonElement> AskAsync(LedgerConnection connection, string? id, string? collection, CancellationToken cancel)
    {
        var query = CommonOptions.Query("collectionId", collection).TrimStart('&');
        var answer = await connection.GetAsync(
            $"/app/transactions/{(id is null ? "current" : Uri.EscapeDataString(id))}{(query.Length > 0 ? "?" + query : "")}", cancel);
        return answer.Json();
    }

    /// <summary>The collection that a transaction's receipt says it wrote to.</summary>
    private static async Task<string> ClaimedAsync(LedgerConnection connection, string id, CancellationToken cancel)
    {
        var answer = await connection.GetAsync($"/app/transactions/{Uri.EscapeDataString(id)}/receipt", cancel);
        if (answer.Json().GetProperty("state").GetString() != "Ready") throw NotYet(id);
        try
        {
            var document = ReceiptJson.Read(answer.Body);
            var verdict = ReceiptVerifier.Verify(document.Receipt, connection.Location.ServiceCertificate, document.Claims);
            if (verdict.Failure is { } failure)
            {
                throw new CommandFailedException(
                    $"The receipt of {id} does not verify, at step «{failure.Name}»: {failure.Detail}", ExitCode.NotVerified);
            }
            return document.Claims.OfType<ApplicationClaim.LedgerEntry>().FirstOrDefault()?.Collection.Value
                ?? throw new CommandFailedException($"Transaction {id} wrote no entry.", ExitCode.Failed);
        }
        catch (FormatException fault)
        {
            throw new CommandFailedException($"The receipt of {id} cannot be read: {fault.Message}", ExitCode.NotVerified);
        }
    }

    private static void Show(Terminal terminal, JsonElement answer, string? id)
    {
        if (id is not null && answer.GetProperty("state").GetString() != "Ready")
            throw NotYet(id);
        var entry = id is null ? answer : answer.GetProperty("entry");
        var contents = entry.GetProperty("contents").GetString()!;
        terminal.Result(Console.IsOutputRedirected ? contents : Printable.Lines(contents), entry.WriteTo);
    }

    private static CommandFailedException NotYet(string id) =>
        new($"Transaction {id} is not committed yet; ask again in a moment.", ExitCode.Failed);
}
