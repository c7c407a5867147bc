namespace Stele.Ledger.Files;

/// <summary>What is in a directory that is to be empty: a new disk that is mounted there is.</summary>
public static class DirectoryEntries
{
    /// <summary>The paths of all that is in a directory, but for what a file system makes of itself.</summary>
    /// <param name="directory">The directory.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IEnumerable<string> Of(string directory) =>
        Directory.EnumerateFileSystemEntries(directory)
            .Where(path => Path.GetFileName(path) != "lost+found" || !Directory.Exists(path));
}
