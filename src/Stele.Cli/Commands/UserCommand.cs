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

    private static readonly Option<string> Role = NewRole();
    private static readonly Option<bool> Json = CommonOptions.Json();
    private static readonly ConnectionOptions Connection = new();

    public static Command Create()
    {
        var add = new TaughtCommand(
            "add",
            "Let a user in, or give one another role.",
            """
            Examples:
              stele user add --user-certificate alice.pem --role contributor
              stele user add 5F:23:… --role reader

            A reader reads everything, a contributor also appends, an administrator also manages users. A user-defined role, as
            PUT /app/roles makes them, may what it says.
            """) { Id, Certificate, Role, Json };
        add.SetAction(AddAsync);
        var remove = new Command("remove", "Shut a user out, at once.") { Id, Certificate };
        remove.SetAction(RemoveAsync);
        var list = new Command("list", "List the users: id, tab, role.") { Json };
        list.SetAction(ListAsync);
        foreach (var command in new[] { add, remove, list }) Connection.AddTo(command);
        return new Command("user", "Manage who may call the ledger (as administrator).") { add, NewUserCommand.Create(), remove, list };
    }

    public static Option<string> NewRole()
    {
        var role = new Option<string>("--role", "-r")
        {
            Description = $"{string.Join(", ", RoleNames.All)}, or a user-defined role",
            Required = true,
            HelpName = "ROLE",
        };
        role.MustBe(name => RoleName.TryParse(name, out _), "a role's name");
        return role;
    }

    public static string PathOf(UserId id) => $"/app/users/{Uri.EscapeDataString(id.Value)}";

    public static string Row(JsonElement user) =>
        $"{user.GetProperty("userId").GetString()}\t{user.GetProperty("assignedRole").GetString()}";

    private static async Task<int> AddAsync(ParseResult parsed, CancellationToken cancel)
    {
        var terminal = new Terminal(parsed.GetValue(Json));
        var path = PathOf(parsed);
        using var connection = Connection.Open(parsed);
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["assignedRole"] = parsed.GetRequiredValue(Role) });
        var answer = (await connection.SendAsync(HttpMethod.Patch, path, body, cancel)).Json();
        terminal.Result(Row(answer), answer.WriteTo);
        return ExitCode.Ok;
    }

    private static async Task<int> RemoveAsync(ParseResult parsed, CancellationToken cancel)
    {
        var path = PathOf(parsed);
        using var connection = Connection.Open(parsed);
        await connection.SendAsync(HttpMethod.Delete, path, body: null, cancel);
        return ExitCode.Ok;
    }

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancel)
    {
        var terminal = new Terminal(parsed.GetValue(Json));
        using var connection = Connection.Open(parsed);
        for (var page = "/app/users"; page is not null;)
        {
            var answer = (await connection.GetAsync(page, cancel)).Json();
            foreach (var user in answer.GetProperty("ledgerUsers").EnumerateArray()) terminal.Result(Row(user), user.WriteTo);
            page = answer.TryGetProperty("nextLink", out var next) ? next.GetString() : null;
        }
        return ExitCode.Ok;
    }

    private static string PathOf(ParseResult parsed)
    {
        var text = parsed.GetValue(Certificate) is { } path
            ? UserId.OfCertificate(CertificateFile.Read(path).RawData).Value
            : parsed.GetValue(Id);
        return UserId.TryParse(text, out var id)
            ? PathOf(id)
            : throw new CommandFailedException("Which user? Give an id, or a certificate with --user-certificate PEM.", ExitCode.Usage);
    }
}
