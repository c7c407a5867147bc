using System.CommandLine;
using System.Text.Json;
using Stele.Cli.Connection;
using Stele.Cli.Output;
using Stele.Governance.Users;

namespace Stele.Cli.Commands;

/// <summary><c>stele role</c>: user-defined roles, and what they may do.</summary>
internal static class RoleCommand
{
    private const string Path = "/app/roles";

    private static readonly Argument<string> Name = NewName();

    private static readonly Option<string[]> Actions = new("--action", "-a")
    {
        Description = "what the role may do, as docs/permissions.md names it, or an action of an application; may be given several times",
        Required = true,
        HelpName = "ACTION",
    };

    private static readonly Option<bool> Json = CommonOptions.Json();
    private static readonly ConnectionOptions Connection = new();

    public static Command Create()
    {
        var list = new Command("list", "List the user-defined roles: name, tab, actions.") { Json };
        list.SetAction(ListAsync);
        var set = new TaughtCommand(
            "set",
            "Make a role, or let one do more.",
            $"""
            Example:
              stele role set auditor --action {Permission.HistoricalQuery} --action {Permission.ReadReceipts}
              stele user add 5F:23:… --role auditor

            What a role may do is not taken away: remove the role and make it anew. Nobody gives a right that they do not have.
            """) { Name, Actions, Json };
        set.SetAction(SetAsync);
        var remove = new Command("remove", "Remove a role, and take it from everyone who has it.") { Name };
        remove.SetAction(RemoveAsync);
        foreach (var command in new[] { list, set, remove }) Connection.AddTo(command);
        return new Command("role", "Manage user-defined roles (as administrator).") { list, set, remove };
    }

    private static Argument<string> NewName()
    {
        var name = new Argument<string>("name") { Description = "the role's name" };
        name.Validators.Add(result =>
        {
            if (!RoleName.TryParse(result.GetValueOrDefault<string>(), out var role)) result.AddError("That is no name of a role.");
            else if (role.BuiltIn is not null) result.AddError($"{role} is a built-in role, and stays as it is.");
        });
        return name;
    }

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancel)
    {
        var terminal = new Terminal(parsed.GetValue(Json));
        using var connection = Connection.Open(parsed);
        foreach (var role in await RolesAsync(connection, cancel)) Show(terminal, role.Name, role.Actions);
        return ExitCode.Ok;
    }

    private static async Task<int> SetAsync(ParseResult parsed, CancellationToken cancel)
    {
        var terminal = new Terminal(parsed.GetValue(Json));
        var (name, actions) = (parsed.GetRequiredValue(Name), parsed.GetRequiredValue(Actions));
        using var connection = Connection.Open(parsed);
        var before = (await RolesAsync(connection, cancel)).Find(role => role.Name == name).Actions;
        var body = JsonSerializer.SerializeToUtf8Bytes(new { roles = new[] { new { roleName = name, roleActions = actions } } });
        await connection.SendAsync(before is null ? HttpMethod.Put : HttpMethod.Patch, Path, body, cancel);
        Show(terminal, name, [.. (before ?? []).Union(actions, StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
        return ExitCode.Ok;
    }

    private static async Task<int> RemoveAsync(ParseResult parsed, CancellationToken cancel)
    {
        using var connection = Connection.Open(parsed);
        var path = $"{Path}?roleName={Uri.EscapeDataString(parsed.GetRequiredValue(Name))}";
        await connection.SendAsync(HttpMethod.Delete, path, body: null, cancel);
        return ExitCode.Ok;
    }

    private static async Task<List<(string Name, string[] Actions)>> RolesAsync(LedgerConnection connection, CancellationToken cancel) =>
    [
        .. (await connection.GetAsync(Path, cancel)).Json().GetProperty("role").EnumerateArray().Select(role => (
            role.GetProperty("roleName").GetString()!,
            role.GetProperty("roleActions").EnumerateArray().Select(action => action.GetString()!).ToArray())),
    ];

    private static void Show(Terminal terminal, string name, string[] actions) => terminal.Result(
        $"{name}\t{string.Join(", ", actions)}",
        json =>
        {
            json.WriteStartObject();
            json.WriteString("roleName"u8, name);
            json.WriteStartArray("roleActions"u8);
            foreach (var action in actions) json.WriteStringValue(action);
            json.WriteEndArray();
            json.WriteEndObject();
        });
}
