namespace Stele.Cli.Backups;

/// <summary>Where a path leads once its symbolic links are followed.</summary>
internal static class PathWithin
{
    /// <summary>Whether a path, which need not be there yet, leads into a directory.</summary>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public static bool Is(string path, string directory) =>
        (Real(path) + Path.DirectorySeparatorChar).StartsWith(
            Real(directory).TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string Real(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(path) is not { } parent) return path;
        var real = Path.Combine(Real(parent), Path.GetFileName(path));
        var link = new DirectoryInfo(real);
        // Of what is not there yet nothing can be asked but this.
        if (link.LinkTarget is null) return real;
        return Real(link.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
    }
}
