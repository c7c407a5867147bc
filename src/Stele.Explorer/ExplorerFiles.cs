using System.Collections.Frozen;
using System.Reflection;

namespace Stele.Explorer;

/// <summary>The page's files, as they stand in <c>Page/</c>: what is served is what is read there.</summary>
internal static class ExplorerFiles
{
    private const string Prefix = "page/";
    private const string Start = "index.html";

    private static readonly FrozenDictionary<string, ExplorerFile> All = Load();

    /// <summary>Finds a file.</summary>
    /// <param name="path">Its path, without the slash before it; empty for the page itself.</param>
    /// <returns>The file; null where there is none.</returns>
    public static ExplorerFile? Find(string path) => All.GetValueOrDefault(path.Length == 0 ? Start : path);

    private static FrozenDictionary<string, ExplorerFile> Load()
    {
        var assembly = typeof(ExplorerFiles).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Prefix.Length..], name => Load(assembly, name), StringComparer.Ordinal);
    }

    private static ExplorerFile Load(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new ExplorerFile(bytes, MediaTypeOf(name));
    }

    private static string MediaTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => throw new InvalidOperationException($"{name} is of no kind that the page has."),
    };
}
