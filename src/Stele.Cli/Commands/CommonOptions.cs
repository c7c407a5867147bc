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

    /// <summary>A query part for a parameter that may be absent.</summary>
    public static string Query(string name, string? value) =>
        value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";
}
