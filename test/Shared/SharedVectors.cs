namespace Stele.Tests;

/// <summary>
/// Vectors and data that others made. They stand in the folder <c>shared</c> beside the checkout and are never copied
/// into it: their licences and their size are their own.
/// </summary>
internal static class SharedVectors
{
    private static readonly string? Folder = Find();

    /// <summary>The full path of a file or folder under <c>shared</c>; skips the test where that is absent.</summary>
    public static string Require(string path)
    {
        Requirement.Met(Folder is not null, "There is no folder shared/ beside the checkout.");
        var full = Path.Combine(Folder!, path);
        Requirement.Met(Path.Exists(full), $"shared/{path} is missing.");
        return full;
    }

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var shared = Path.Combine(folder.FullName, "shared");
            if (File.Exists(Path.Combine(shared, "design.md")))
                return shared;
        }

        return null;
    }
}
