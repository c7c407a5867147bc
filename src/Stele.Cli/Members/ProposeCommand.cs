using System.CommandLine;
using System.Text;
using System.Text.Json;
using Stele.Cli.Connection;
using Stele.Cli.Output;
using Stele.Governance.Requests;

namespace Stele.Cli.Members;

/// <summary><c>stele member propose</c>.</summary>
internal static class ProposeCommand
{
    private static readonly Argument<string[]> Proposal = new("file")
    {
        Description = "the proposal, JSON; with --action its arguments: name=text, name=@file, name:=json",
        HelpName = "FILE | NAME=VALUE",
    };

    private static readonly Option<string?> Action = new("--action")
    {
        Description = "propose this one action instead of a file",
        HelpName = "NAME",
    };

    private static readonly MemberOptions Member = new();

    public static Command Create()
    {
        var command = new TaughtCommand(
            "propose",
            "Make a proposal.",
            """
            A proposal is a list of actions of the constitution, all of which are done or none:
              {"actions": [{"name": "set_user_roles", "args": {"user_id": "5F:23:...", "roles": ["Reader"]}}]}

            One action needs no file:
              stele member propose --action set_user_roles user_id=5F:23:... 'roles:=["Reader"]'
              stele member propose --action set_member cert=@alice_cert.pem encryption_pub_key=@alice_enc_pubk.pem
              stele member propose --action trigger_ledger_rekey

            Whoever proposes has not voted by that: stele member vote ID --accept.
            """) { Proposal, Action };
        Member.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var arguments = parsed.GetValue(Proposal) ?? [];
        var text = parsed.GetValue(Action) is { } action ? ProposedArguments.Of(action, arguments) : Read(arguments);
        if (await Member.SignAsync(parsed, RequestType.Proposal, null, text, cancel) is not { } answer) return ExitCode.Ok;
        var proposal = answer.Json();
        MemberOptions.Show(Member.Terminal(parsed), proposal);
        var id = Printable.Of(proposal.GetProperty("proposalId").GetString()!);
        Terminal.Say($"What it would change: stele member proposals {id}\nTo vote on it: stele member vote {id} --accept");
        return ExitCode.Ok;
    }

    private static byte[] Read(string[] arguments)
    {
        if (arguments is not [var path])
            throw new CommandFailedException("Give one FILE with the proposal, or --action NAME with its arguments.", ExitCode.Usage);
        var text = CertificateFile.Text(path);
        try
        {
            using var json = JsonDocument.Parse(text);
        }
        catch (JsonException fault)
        {
            throw new CommandFailedException($"{path} is not JSON: {fault.Message}", ExitCode.Usage);
        }
        return Encoding.UTF8.GetBytes(text);
    }
}
