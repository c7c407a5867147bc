using System.CommandLine;
using System.Text;

namespace Stele.Cli.Configuration;

/// <summary>All settings as a table in Markdown, for <c>docs/configuration.md</c>.</summary>
internal static class SettingsTable
{
    public static string Text(Command root)
    {
        var all = NodeConfiguration.Commands(root).Count();
        var text = new StringBuilder(
            """
            | key | environment | type | default | what | commands |
            |---|---|---|---|---|---|

            """);
        foreach (var (option, commands) in Schema.Options(root))
        {
            var value = string.Join(",", Setting.DefaultOf(option).Values);
            var of = commands.Count == all ? "all" : string.Join(", ", commands.Select(command => $"`{command}`"));
            text.Append($"| `{Setting.KeyOf(option)}` | `{Setting.VariableOf(option)}` | {Schema.TypeOf(option)}")
                .Append(value.Length > 0 ? $" | `{value}`" : " | ")
                .Append($" | {option.Description?.Replace("|", "\\|", StringComparison.Ordinal)} | {of} |\n");
        }
        return text.ToString();
    }
}
