using System.Diagnostics;

namespace Stele.Docs.Tests.Packaging;

/// <summary>The .NET SDK, on what the tests' own build has made.</summary>
internal static class Build
{
    /// <summary>The project that becomes the tool and the image.</summary>
    public static string Tool => Path.Combine(Repository.Root, "src/Stele.Cli");

    /// <summary>Runs <c>dotnet</c>, and expects that it succeeds.</summary>
    public static async Task<Finished> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = Repository.Root };
        return (await Finished.RunAsync(Clean(start))).Ok();
    }

    /// <summary>The same without what the tests' own runner has set, which is not meant for another program.</summary>
    public static ProcessStartInfo Clean(ProcessStartInfo start)
    {
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        return start;
    }
}
