using System.CommandLine;

namespace Stele.Cli.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json") { Description = "results as JSON, one line each, for programs" };

    public static Option<string?> Collection() => new("--collection", "-c")
    {
        Description = "the collection [the ledger's default, subledger:0]",
        HelpName = "ID",
    };

    public static Argument<string> TransactionId() => new("id") { Description = "the transaction id, as 2.18" };

    /// <summary>Refuses a value as wrong usage, saying what would be right.</summary>
    public static void MustBe<T>(this Option<T> option, Func<T, bool> isRight, string right) =>
        option.Validators.Add(result =>
        {
            if (result.Implicit || result.Errors.Any()) return;
            if (result.GetValueOrDefault<T>() is { } value && !isRight(value))
                result.AddError($"{option.Name} must be {right}.");
        });

    /// <summary>A query part for a parameter that may be absent.</summary>
    public static string Query(string name, string? value) =>
        value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";
}
