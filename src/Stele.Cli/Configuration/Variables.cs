using System.Collections;
using System.CommandLine;
using Stele.Cli.Commands;

namespace Stele.Cli.Configuration;

/// <summary>Settings from the environment: <c>STELE_</c> and the option's long name, in capitals, with underscores.</summary>
internal static class Variables
{
    /// <summary>What all of them begin with.</summary>
    public const string Prefix = "STELE_";

    // What other commands and the units in deploy/ call theirs.
    private static readonly string[] Others =
    [
        "STELE_URL", "STELE_CERTIFICATE", "STELE_SERVICE_CERT", "STELE_MEMBER_CERT", "STELE_MEMBER_KEY", "STELE_ENCRYPTION_KEY",
        "STELE_NODE", "STELE_ARGUMENTS",
    ];

    /// <summary>What the environment says of an option; null where it says nothing.</summary>
    public static Setting? Find(Option option, IDictionary environment)
    {
        foreach (var name in NamesOf(option))
            if (environment[name] is string { Length: > 0 } value)
                return new Setting(option, Split(option, value), new Origin.Variable(name));
        return null;
    }

    /// <summary>Looks for variables that are meant to be options, and are none.</summary>
    /// <param name="known">All options that can be configured, of any command.</param>
    /// <param name="environment">The environment.</param>
    /// <returns>Those that nobody knows, to be told of.</returns>
    /// <exception cref="ConfigurationException">One is nearly the name of an option.</exception>
    public static IReadOnlyList<string> Unknown(IEnumerable<Option> known, IDictionary environment)
    {
        var names = known.Select(Setting.VariableOf).Concat(Others).ToHashSet(StringComparer.Ordinal);
        var unknown = environment.Keys.Cast<string>()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && !names.Contains(name) && !IsOfKubernetes(name))
            .Order(StringComparer.Ordinal).ToList();
        foreach (var name in unknown)
            if (Spelling.Nearest(name, names) is { } meant)
                throw new ConfigurationException($"The environment has {name}, which is no option: did you mean {meant}?");
        return unknown;
    }

    private static IEnumerable<string> NamesOf(Option option)
    {
        yield return Setting.VariableOf(option);
        if (SealingOptions.Variables.TryGetValue(option, out var other)) yield return other;
    }

    private static string[] Split(Option option, string value) =>
        option.ValueType == typeof(string[])
            ? value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : option.ValueType == typeof(bool) && value is "0" or "1" ? [value == "1" ? "true" : "false"]
            : [value];

    // What it tells a container of a Service of the name `stele`: addresses, which are no settings.
    private static bool IsOfKubernetes(string name) =>
        name.EndsWith("_SERVICE_HOST", StringComparison.Ordinal)
        || name.Contains("_SERVICE_PORT", StringComparison.Ordinal)
        || (name.Contains("PORT_", StringComparison.Ordinal)
            && (name.Contains("_TCP", StringComparison.Ordinal) || name.Contains("_UDP", StringComparison.Ordinal)));
}
