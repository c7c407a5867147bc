using System.Globalization;

namespace Stele.Ledger.Files;

/// <summary>How many files a process may have open, and how many of them are for reading the ledger.</summary>
internal static class OpenFilesLimit
{
    private const int AssumedLimit = 1024;
    private const int SharesOfEight = 8;
    private const int Max = 32_768;

    /// <summary>So many eighths of what the process may have open; the rest is for connections and for what else it opens.</summary>
    public static int Share(int eighths) => Math.Min(ProcessLimit() / SharesOfEight * eighths, Max);

    // The runtime has raised the soft limit to the hard one when it started.
    private static int ProcessLimit()
    {
        const string Limits = "/proc/self/limits";
        if (!File.Exists(Limits)) return AssumedLimit;
        var line = File.ReadLines(Limits).FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        var words = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return words.Length > 3 && int.TryParse(words[3], CultureInfo.InvariantCulture, out var limit) ? limit : AssumedLimit;
    }
}
