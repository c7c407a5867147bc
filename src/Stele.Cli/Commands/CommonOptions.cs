using System.CommandLine;
using System.CommandLine.Parsing;

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
            if (!result.Implicit && !IsRight(result, isRight)) result.AddError($"{option.Name} must be {right}.");
        });

    /// <summary>A query part for a parameter that may be absent.</summary>
    public static string Query(string name, string? value) =>
        value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    private static bool IsRight<T>(OptionResult result, Func<T, bool> isRight)
    {
        try
        {
            return result.GetValueOrDefault<T>() is not { } value || isRight(value);
        }
        catch (InvalidOperationException)
        {
            return false; // not even of its type
        }
    }
}
