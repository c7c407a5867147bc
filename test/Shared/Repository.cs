namespace Stele.Tests;

/// <summary>Where the project's own files are, seen from a built test.</summary>
internal static class Repository
{
    /// <summary>The folder that holds <c>Stele.slnx</c>.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Stele.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("Stele.slnx is in no folder above the tests.");
    }
}
