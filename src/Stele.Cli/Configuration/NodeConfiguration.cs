using System.Collections;
using System.CommandLine;
using System.CommandLine.Parsing;
using Stele.Cli.Commands;

namespace Stele.Cli.Configuration;

/// <summary>
/// What a command that serves a ledger is told, from all sides: command line before environment before file before default.
/// </summary>
/// <remarks>There is one list of settings, and that is the command's options: whatever is added there can be configured.</remarks>
internal sealed class NodeConfiguration
{
    /// <summary>Names the file; a command that has this option can be configured.</summary>
    public static readonly Option<string?> File = new("--config")
    {
        Description = $"a file of settings, JSON [STELE_CONFIG, else {ConfigurationFile.Name} in the data directory where it is there]",
        HelpName = "FILE",
    };

    // What is meant for one start would be said at each: a second loss would be accepted, and nobody asked.
    private static readonly string[] ForOneStart = ["--accept-ledger-end", "--begin-store"];

    private NodeConfiguration(IReadOnlyList<Setting> settings, IReadOnlyList<string> unknown) =>
        (Settings, Unknown) = (settings, unknown);

    /// <summary>What each of the command's options is, in its order.</summary>
    public IReadOnlyList<Setting> Settings { get; }

    /// <summary>Variables that look as if they were meant, and are no option.</summary>
    public IReadOnlyList<string> Unknown { get; }

    /// <summary>What the file has for other commands, and this one has no use for.</summary>
    public IReadOnlyList<Setting> Unused { get; private init; } = [];

    /// <summary>What the command line does not say, as it would say it.</summary>
    public IEnumerable<string> Arguments =>
        Settings.Where(setting => setting.Origin is Origin.Variable or Origin.File).SelectMany(setting => setting.Arguments);

    /// <summary>Whether an option may stand in a file and in the environment, and is not for the command line alone.</summary>
    public static bool IsLasting(Option option) => !ForOneStart.Contains(option.Name);

    /// <summary>The options of a command that can be configured; none for another.</summary>
    public static IReadOnlyList<Option> OptionsOf(Command command) =>
        command.Options.Contains(File) ? [.. command.Options.Where(option => option != File && Schema.IsKnown(option))] : [];

    /// <summary>The commands that can be configured, with their full names.</summary>
    public static IEnumerable<(string Name, Command Command)> Commands(Command root, string prefix = "")
    {
        foreach (var command in root.Subcommands)
        {
            if (command.Options.Contains(File)) yield return (prefix + command.Name, command);
            foreach (var below in Commands(command, $"{prefix}{command.Name} ")) yield return below;
        }
    }

    /// <summary>Gathers what a command is told.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="environment">The environment.</param>
    /// <returns>The settings; null where the command cannot be configured.</returns>
    /// <exception cref="ConfigurationException">A file or a variable is wrong.</exception>
    public static NodeConfiguration? Of(ParseResult parsed, IDictionary environment)
    {
        var command = parsed.CommandResult.Command;
        if (!command.Options.Contains(File)) return null;
        var known = Known(parsed);
        var data = Given(parsed, ServingOptions.Data) ?? Variables.Find(ServingOptions.Data, environment)
            ?? Setting.DefaultOf(ServingOptions.Data);
        var file = FileOf((Given(parsed, File) ?? Variables.Find(File, environment))?.Values[0], data.Values[0], known)
            .ToDictionary(setting => setting.Option.Name, StringComparer.Ordinal);
        var settings = new List<Setting>();
        foreach (var option in OptionsOf(command))
        {
            var setting = Given(parsed, option) ?? Variables.Find(option, environment)
                ?? file.GetValueOrDefault(option.Name) ?? Setting.DefaultOf(option);
            // An option of one name may be another command's too.
            settings.Add(setting.Origin is Origin.File ? setting with { Option = option } : setting);
        }
        foreach (var setting in settings.Where(setting => setting.Origin is Origin.Variable or Origin.File)) Check(setting);
        OtlpVariables.Check(environment);
        var names = OptionsOf(command).Select(option => option.Name).ToHashSet(StringComparer.Ordinal);
        return new NodeConfiguration(settings, Variables.Unknown([.. known, File], environment))
        {
            Unused = [.. file.Values.Where(setting => !names.Contains(setting.Option.Name))],
        };
    }

    /// <summary>What a node is told, for a command that only looks at it.</summary>
    /// <param name="parsed">That command's line.</param>
    /// <param name="named">The file; null for the one that the environment names, or the data directory has.</param>
    /// <param name="data">The data directory; null for the node's own.</param>
    /// <param name="options">Those of the command's options that are the node's.</param>
    /// <param name="environment">The environment.</param>
    /// <returns>The data directory, and what the command line does not say, as it would say it.</returns>
    /// <exception cref="ConfigurationException">A file or a variable is wrong.</exception>
    public static (string Data, IReadOnlyList<string> Arguments) OfNode(
        ParseResult parsed, string? named, string? data, IReadOnlyList<Option> options, IDictionary environment)
    {
        data ??= Variables.Find(ServingOptions.Data, environment)?.Values[0];
        var byDefault = Setting.DefaultOf(ServingOptions.Data).Values[0];
        var file = FileOf(named ?? Variables.Find(File, environment)?.Values[0], data ?? byDefault, Known(parsed))
            .ToDictionary(setting => setting.Option.Name, StringComparer.Ordinal);
        var arguments = new List<string>();
        foreach (var option in options.Where(option => Given(parsed, option) is null))
        {
            if ((Variables.Find(option, environment) ?? file.GetValueOrDefault(option.Name)) is not { } setting) continue;
            Check(setting with { Option = option });
            arguments.AddRange(setting.Arguments);
        }
        return (data ?? file.GetValueOrDefault(ServingOptions.Data.Name)?.Values[0] ?? byDefault, arguments);
    }

    private static List<Option> Known(ParseResult parsed) =>
        [.. Commands(parsed.RootCommandResult.Command).SelectMany(one => OptionsOf(one.Command)).Distinct()];

    private static Setting? Given(ParseResult parsed, Option option) =>
        parsed.GetResult(option) is { Implicit: false } given
            ? new Setting(option, ValuesOf(given), new Origin.CommandLine())
            : null;

    // A switch is given by its name alone.
    private static string[] ValuesOf(OptionResult given) =>
        given.Tokens.Count == 0 ? ["true"] : [.. given.Tokens.Select(token => token.Value)];

    private static IReadOnlyList<Setting> FileOf(string? named, string data, IReadOnlyList<Option> known)
    {
        if (named is not null) return ConfigurationFile.Read(Path.GetFullPath(named), known);
        var path = Path.Combine(Path.GetFullPath(data), ConfigurationFile.Name);
        if (!System.IO.File.Exists(path)) return [];
        var settings = ConfigurationFile.Read(path, known);
        return settings.Any(setting => setting.Option == ServingOptions.Data)
            ? throw new ConfigurationException(
                $"{path} has data, but it was found by the data directory: leave it out, or name the file with --config.")
            : settings;
    }

    private static void Check(Setting setting)
    {
        var isForOneStart = !IsLasting(setting.Option) && setting.Values is not ["false"];
        if ((isForOneStart ? "" : setting.Fault()) is not { } fault) return;
        var place = setting.Origin switch
        {
            Origin.Variable variable => $"{variable.Name} in the environment",
            Origin.File file => $"{setting.Key} in {file.Path}",
            _ => setting.Key,
        };
        if (isForOneStart)
            throw new ConfigurationException($"{place} is for one start alone: say {setting.Option.Name} on the command line.");
        throw new ConfigurationException($"{place} is {string.Join(", ", setting.Shown)}, and that is wrong: {fault}");
    }
}
