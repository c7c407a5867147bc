using System.CommandLine;
using System.Text.Json;
using Stele.Cli.Connection;
using Stele.Cli.Output;
using Stele.Governance.Users;

namespace Stele.Cli.Commands;

/// <summary><c>stele user</c>: who may call the ledger, and what they may do.</summary>
internal static class UserCommand
{
    private static readonly Argument<string?> Id = new("id")
    {
        Description = "the certificate's SHA-256 fingerprint (5F:23:…) or a token's object id",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Certificate = new("--user-certificate")
    {
        Description = "the user's certificate, instead of the id",
        HelpName = "PEM",
    };

    private static readonly Option<string[]> Roles = NewRoles();
    private static readonly Option<bool> Json = CommonOptions.Json();
    private static readonly ConnectionOptions Connection = new();

    public static Command Create()
    {
        var add = new TaughtCommand(
            "add",
            "Let a user in, or give one other roles.",
            """
            Examples:
              stele user add --user-certificate alice.pem --role contributor
              stele user add 5F:23:… --role reader --role auditor

            A reader reads everything, a contributor also appends, an administrator also manages users. A user-defined role,
            which stele role set makes, may what it says. A user has the roles that are given, and no others.
            """) { Id, Certificate, Roles, Json };
        add.SetAction(AddAsync);
        var remove = new Command("remove", "Shut a user out, at once.") { Id, Certificate };
        remove.SetAction(RemoveAsync);
        var list = new Command("list", "List the users: id, tab, roles.") { Json };
        list.SetAction(ListAsync);
        foreach (var command in new[] { add, remove, list }) Connection.AddTo(command);
        return new Command("user", "Manage who may call the ledger (as administrator).") { add, NewUserCommand.Create(), remove, list };
    }

    public static Option<string[]> NewRoles()
    {
        var roles = new Option<string[]>("--role", "-r")
        {
            Description = $"{string.Join(", ", RoleNames.All)}, or a user-defined role; may be given several times",
            Required = true,
            HelpName = "ROLE",
        };
        roles.MustBe(names => names.All(name => RoleName.TryParse(name, out _)), "a role's name");
        return roles;
    }

    /// <summary>Gives a user roles, instead of those that it has.</summary>
    public static async Task<JsonElement> SetAsync(LedgerConnection connection, UserId user, string[] roles, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, string[]>(StringComparer.Ordinal) { ["assignedRoles"] = roles });
        return (await connection.SendAsync(HttpMethod.Patch, PathOf(user), body, cancel)).Json();
    }

    /// <summary>A user on a line: its id, a tab, its roles.</summary>
    public static string Row(JsonElement user)
    {
        var roles = user.GetProperty("assignedRoles").EnumerateArray().Select(role => role.GetString());
        return $"{user.GetProperty("userId").GetString()}\t{string.Join(", ", roles)}";
    }

    private static string PathOf(UserId id) => $"/app/ledgerUsers/{Uri.EscapeDataString(id.Value)}";

    private static async Task<int> AddAsync(ParseResult parsed, CancellationToken cancel)
    {
        var terminal = new Terminal(parsed.GetValue(Json));
        var user = UserOf(parsed);
        using var connection = Connection.Open(parsed);
        var answer = await SetAsync(connection, user, parsed.GetRequiredValue(Roles), cancel);
        terminal.Result(Row(answer), answer.WriteTo);
        return ExitCode.Ok;
    }

    private static async Task<int> RemoveAsync(ParseResult parsed, CancellationToken cancel)
    {
        var path = PathOf(UserOf(parsed));
        using var connection = Connection.Open(parsed);
        await connection.SendAsync(HttpMethod.Delete, path, body: null, cancel);
        return ExitCode.Ok;
    }

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancel)
    {
        var terminal = new Terminal(parsed.GetValue(Json));
        using var connection = Connection.Open(parsed);
        for (var page = "/app/ledgerUsers"; page is not null;)
        {
            var answer = (await connection.GetAsync(page, cancel)).Json();
            foreach (var user in answer.GetProperty("ledgerUsers").EnumerateArray()) terminal.Result(Row(user), user.WriteTo);
            page = answer.TryGetProperty("nextLink", out var next) ? next.GetString() : null;
        }
        return ExitCode.Ok;
    }

    private static UserId UserOf(ParseResult parsed)
    {
        var text = parsed.GetValue(Certificate) is { } path
            ? UserId.OfCertificate(CertificateFile.Read(path).RawData).Value
            : parsed.GetValue(Id);
        return UserId.TryParse(text, out var id)
            ? id
            : throw new CommandFailedException("Which user? Give an id, or a certificate with --user-certificate PEM.", ExitCode.Usage);
    }
}
