using System.Diagnostics;

namespace Stele.Tests;

/// <summary>A program that has run to its end.</summary>
/// <param name="ExitCode">What it ended with.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
internal sealed record Finished(int ExitCode, string Output, string Errors)
{
    /// <summary>The lines of its standard output.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Everything, for a failure message.</summary>
    public override string ToString() => $"exit code {ExitCode}\n{Output}\n{Errors}";

    /// <summary>Expects success and returns the same.</summary>
    public Finished Ok()
    {
        Assert.True(ExitCode == 0, ToString());
        return this;
    }

    /// <summary>Runs a program to its end, with nothing or this text on its standard input.</summary>
    public static async Task<Finished> RunAsync(ProcessStartInfo start, string? input = null)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start) ?? throw new InvalidOperationException("It did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return new Finished(process.ExitCode, await output, await errors);
    }
}
