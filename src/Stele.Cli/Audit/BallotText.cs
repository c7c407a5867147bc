using System.Text.RegularExpressions;

namespace Stele.Cli.Audit;

/// <summary>How a member voted: a ballot is a script, and most say yes or no.</summary>
internal static partial class BallotText
{
    /// <summary>What a member did by a ballot, before the proposal's id.</summary>
    public static string Of(string? script) => Plain().Match(script ?? "") switch
    {
        { Success: true } plain => plain.Groups["vote"].Value == "true" ? "voted for" : "voted against",
        _ => "voted by a script on",
    };

    // As a plain vote is kept, and as CCF's tools and documents write it.
    [GeneratedRegex(@"^\s*export\s+function\s+vote\s*\([\w\s,]*\)\s*\{\s*return\s+(?<vote>true|false)\s*;?\s*\}\s*;?\s*$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Plain();
}
