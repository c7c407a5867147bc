using System.CommandLine;
using System.Text.Json;
using Stele.Cli.Configuration;
using Stele.Cli.Output;

namespace Stele.Cli.Commands;

/// <summary><c>stele config</c>: what a node would be told, and what can be told to it.</summary>
internal static class ConfigCommand
{
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var show = new TaughtCommand(
            "show",
            "Show each setting of a node that would be started so: key, tab, value, tab, where it comes from.",
            """
            Examples:
              stele config show                                  of `stele up`
              stele config show node start --config /etc/stele/stele.json --port 9443

            Write the command that starts the node behind `show`, with its arguments. Secrets are never among the settings,
            and what a URL says of its user is not shown.
            """) { Json };
        show.TreatUnmatchedTokensAsErrors = false;
        show.SetAction(Show);
        var schema = new Command("schema", "Print the JSON Schema of configuration files.");
        schema.SetAction(parsed => parsed.InvocationConfiguration.Output.Write(Schema.Text(parsed.RootCommandResult.Command)));
        return new Command("config", "Show what a node is configured to be, and how it can be.") { show, schema };
    }

    private static int Show(ParseResult parsed)
    {
        var root = parsed.RootCommandResult.Command;
        string[] line = [.. parsed.UnmatchedTokens];
        if (line.Length == 0 || line[0].StartsWith('-')) line = ["up", .. line];
        var command = root.Parse(line);
        if (command.UnmatchedTokens.Count > 0)
            throw new CommandFailedException($"`stele {string.Join(' ', line)}` has no {command.UnmatchedTokens[0]}.", ExitCode.Usage);
        var configuration = NodeConfiguration.Of(command, ToolCall.EnvironmentOf(parsed))
            ?? throw new CommandFailedException(
                $"Configured are: {string.Join(", ", NodeConfiguration.Commands(root).Select(one => one.Name))}.", ExitCode.Usage);
        var (output, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var terminal = new Terminal(parsed.GetValue(Json), output);
        foreach (var setting in configuration.Settings) terminal.Result(Row(setting), json => Write(json, setting));
        foreach (var unused in configuration.Unused)
            errors.WriteLine($"{unused.Key} ({unused.Origin}) is of other commands, and counts for nothing here.");
        return ExitCode.Ok;
    }

    private static string Row(Setting setting) => $"{setting.Key}\t{string.Join(',', setting.Shown)}\t{setting.Origin}";

    private static void Write(Utf8JsonWriter json, Setting setting)
    {
        json.WriteStartObject();
        json.WriteString("key", setting.Key);
        json.WriteStartArray("values");
        foreach (var value in setting.Shown) json.WriteStringValue(value);
        json.WriteEndArray();
        json.WriteString("origin", setting.Origin.ToString());
        json.WriteEndObject();
    }
}
