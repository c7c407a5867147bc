using System.Diagnostics;

namespace Stele.EndToEnd.Tests;

/// <summary>CCF's own Python verifier, where it is installed.</summary>
internal static class CcfVerifier
{
    private const int PackageMissing = 77;

    /// <summary>Whether somebody said where it is.</summary>
    public static bool IsAtHand => Environment.GetEnvironmentVariable("TEST_CCF_PYTHON") is { Length: > 0 };

    /// <summary>Runs it over a directory of ledger files; the test is skipped where it is not there.</summary>
    public static async Task<Finished> RunAsync(string directory)
    {
        var script = new ProcessStartInfo("/usr/bin/python3", ["-B", Tour.Script("Python/ccf_verify.py"), directory]);
        if (Environment.GetEnvironmentVariable("TEST_CCF_PYTHON") is { Length: > 0 } path)
            script.Environment["PYTHONPATH"] = path;
        var run = await Finished.RunAsync(script);
        Assert.SkipWhen(run.ExitCode == PackageMissing, "The Python package ccf is not installed (TEST_CCF_PYTHON).");
        return run;
    }
}
