using System.CommandLine;
using System.Text.Json;
using Stele.Cli.Commands;
using Stele.Cli.Connection;
using Stele.Cli.Output;

namespace Stele.Cli.Members;

/// <summary><c>stele member list</c>.</summary>
internal static class ListMembersCommand
{
    private static readonly Option<bool> Json = CommonOptions.Json();
    private static readonly ConnectionOptions Connection = new();

    public static Command Create()
    {
        var command = new Command("list", "List the members: id, tab, status, tab, name, tab, part in a recovery.") { Json };
        Connection.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var terminal = new Terminal(parsed.GetValue(Json));
        using var connection = Connection.Open(parsed);
        var members = (await connection.GetAsync(RequestPath.Of("service/members"), cancel)).Json();
        foreach (var member in members.GetProperty("value").EnumerateArray()) terminal.Result(Row(member), member.WriteTo);
        return ExitCode.Ok;
    }

    private static string Row(JsonElement member)
    {
        var part = member.TryGetProperty("recoveryRole", out var role) ? role.GetString()!
            : member.TryGetProperty("publicEncryptionKey", out _) ? "Participant" : "NonParticipant";
        var name = RowText.NameOf(member.GetProperty("certificate").GetString()!);
        return Printable.Of(member.GetProperty("memberId").GetString()!) + '\t'
            + Printable.Of(member.GetProperty("status").GetString()!) + '\t' + name + '\t' + Printable.Of(part);
    }
}
