using System.Diagnostics;

namespace Stele.EndToEnd.Tests;

/// <summary>A script that drives an official client through a ledger: one line for each thing it checked.</summary>
internal static class Tour
{
    /// <summary>
    /// The tests whose scripts read back, from the collection that is meant where none is named, what they have just written
    /// there: one after the other.
    /// </summary>
    public const string InDefaultCollection = "in the default collection";

    /// <summary>Runs the script; expects <c>ok</c> on every line, and as many as the last, <c>1..N</c>, says.</summary>
    public static async Task AllOkAsync(ProcessStartInfo script)
    {
        var run = await Finished.RunAsync(script);
        var passed = run.Lines.Count(line => line.StartsWith("ok ", StringComparison.Ordinal));
        var failed = run.Lines.Where(line => line.StartsWith("not ok ", StringComparison.Ordinal)).ToList();
        Assert.True(failed.Count == 0, $"{failed.Count} checks failed, {passed} passed:\n{string.Join('\n', failed)}");
        Assert.True(passed > 0 && run.Lines[^1] == $"1..{passed}" && run.ExitCode == 0, $"The tour broke off: {run}");
    }

    /// <summary>The arguments that every tour takes: where the ledger is, and what it is called.</summary>
    public static string[] Arguments(RunningLedger ledger) =>
    [
        ledger.Uri.GetLeftPart(UriPartial.Authority), ledger.IdentityUri.GetLeftPart(UriPartial.Authority),
        RunningLedger.LedgerId, ledger.DataDirectory,
    ];

    /// <summary>The full path of a script beside the tests' sources.</summary>
    public static string Script(string path) => Path.Combine(Repository.Root, "test", "Stele.EndToEnd.Tests", path);
}
