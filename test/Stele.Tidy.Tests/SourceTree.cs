namespace Stele.Tidy.Tests;

/// <summary>The project's own files: all of the checkout but what builds and tools have put there.</summary>
internal static class SourceTree
{
    private static readonly string[] Foreign =
        [".git", ".vs", ".idea", "bin", "obj", "node_modules", "TestResults", "stele-data", "artifacts"];

    /// <summary>All files with one of these extensions, as paths from the root; all files when none is named.</summary>
    public static IEnumerable<string> Files(params string[] extensions) =>
        In(new DirectoryInfo(Repository.Root))
            .Where(file => extensions.Length == 0 || extensions.Contains(file.Extension))
            .Select(file => Path.GetRelativePath(Repository.Root, file.FullName));

    /// <summary>The C# files under <c>src/</c>.</summary>
    public static IEnumerable<string> Product() =>
        Files(".cs").Where(path => path.StartsWith("src/", StringComparison.Ordinal));

    /// <summary>A file's text.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));

    /// <summary>A file's lines with their numbers, which begin at 1.</summary>
    public static IEnumerable<(int Number, string Text)> Lines(string path) =>
        File.ReadLines(Path.Combine(Repository.Root, path)).Select((text, index) => (index + 1, text));

    /// <summary>Expects no findings, and shows them all when there are some.</summary>
    public static void None(IEnumerable<string> findings)
    {
        var all = findings.ToList();
        Assert.True(all.Count == 0, $"{all.Count} findings:\n{string.Join('\n', all)}");
    }

    private static IEnumerable<FileInfo> In(DirectoryInfo folder) =>
        folder.EnumerateFiles().Where(IsOurs)
            .Concat(folder.EnumerateDirectories().Where(IsOurs).SelectMany(In));

    private static bool IsOurs(FileSystemInfo entry) => !Foreign.Contains(entry.Name);
}
