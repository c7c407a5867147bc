using System.Text;

namespace Stele.EndToEnd.Tests.AtRest;

/// <summary>Looks for canaries in files and texts.</summary>
internal sealed class CanarySearch(IEnumerable<Canary> canaries)
{
    private readonly List<(string What, byte[] Needle)> _needles =
    [
        .. canaries.SelectMany(canary => canary.Forms().Select(one => ($"{canary.Name} ({one.Form})", one.Needle))),
    ];

    /// <summary>What is found in the files of some directories: the file, what, and in which form.</summary>
    public IReadOnlyList<string> InDirectories(params IEnumerable<string> directories) =>
    [
        .. directories.SelectMany(directory => Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
            .SelectMany(path => In(Path.GetFileName(path), Read(path))),
    ];

    /// <summary>What is found in a text.</summary>
    public IReadOnlyList<string> InText(string where, string text) => [.. In(where, Encoding.UTF8.GetBytes(text))];

    private IEnumerable<string> In(string where, byte[] bytes)
    {
        // PEM breaks its lines.
        var unbroken = bytes.AsSpan().Contains((byte)'\n') ? [.. bytes.Where(one => one is not ((byte)'\n' or (byte)'\r'))] : bytes;
        return _needles
            .Where(one => bytes.AsSpan().IndexOf(one.Needle) >= 0 || unbroken.AsSpan().IndexOf(one.Needle) >= 0)
            .Select(one => $"{where}: {one.What}");
    }

    // etcd sets tens of megabytes of zeros aside.
    private static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes.AsSpan(0, length).TrimEnd((byte)0).ToArray();
    }
}
