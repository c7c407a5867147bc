using System.CommandLine;
using System.Globalization;

namespace Stele.Cli.Configuration;

/// <summary>What an option is set to, and who says so.</summary>
/// <param name="Option">The option.</param>
/// <param name="Values">Its values, as text; more than one only where it may be repeated.</param>
/// <param name="Origin">Who says so.</param>
internal sealed record Setting(Option Option, IReadOnlyList<string> Values, Origin Origin)
{
    /// <summary>The option's name in a file: the long one, without its dashes.</summary>
    public string Key => KeyOf(Option);

    /// <summary>The same on a command line.</summary>
    public IEnumerable<string> Arguments => Values.SelectMany(value => new[] { Option.Name, value });

    /// <summary>The values for people to see: what a URL says of its user is left out.</summary>
    public IEnumerable<string> Shown => Values.Select(Redacted);

    /// <summary>The name of an option in a file.</summary>
    public static string KeyOf(Option option) => option.Name.TrimStart('-');

    /// <summary>The name of an option in the environment.</summary>
    public static string VariableOf(Option option) =>
        Variables.Prefix + KeyOf(option).Replace('-', '_').ToUpperInvariant();

    /// <summary>What an option is by itself.</summary>
    public static Setting DefaultOf(Option option) => new(
        option,
        option.HasDefaultValue && option.GetDefaultValue() is { } value
            ? [value is bool flag ? Schema.Text(flag) : Convert.ToString(value, CultureInfo.InvariantCulture)!]
            : [],
        new Origin.Default());

    /// <summary>What is wrong with it; null where nothing is.</summary>
    public string? Fault()
    {
        if (Values.Any(value => !Schema.IsOfType(Option, value))) return $"{Option.Name} must be {Schema.TypeName(Option)}.";
        var errors = new Command("check") { Option }.Parse([.. Arguments]).Errors;
        if (errors.Count == 0) return null;
        var said = errors.FirstOrDefault(error => error.Message.Contains("must be", StringComparison.Ordinal)) ?? errors[0];
        return said.Message;
    }

    private static string Redacted(string value)
    {
        var scheme = value.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0) return value;
        var host = value.AsSpan(scheme + 3);
        var end = host.IndexOfAny("/?#");
        var at = (end < 0 ? host : host[..end]).LastIndexOf('@');
        return at < 0 ? value : $"{value[..(scheme + 3)]}***{host[at..]}";
    }
}
