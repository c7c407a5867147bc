using Stele.Ledger.Files;

namespace Stele.Server.Sealing;

/// <summary>The files of a directory <c>keys/</c>: which of them are sealed, and which are not the node's to keep.</summary>
internal static class SealedFiles
{
    /// <summary>The key file where the operator names no other.</summary>
    public const string KeyFile = "seal-key";

    /// <summary>The data key, as Vault has wrapped it.</summary>
    public const string DataKey = "data-key";

    private const int StartBytes = 64;

    // The first member's key is a person's: it is handed out, as the administrator's is, and no node reads it to work.
    private static readonly string[] NeverSealed = [KeyFile, DataKey, "member0.pem"];

    /// <summary>The directory of keys of a data directory.</summary>
    public static string DirectoryOf(string home) => Path.Combine(home, "keys");

    /// <summary>The files that are sealed, or are to be.</summary>
    public static IEnumerable<string> Sealable(string keys) => Whole(keys).Where(path => !NeverSealed.Contains(Path.GetFileName(path)));

    /// <summary>The files that stay as they are, and are neither a seal's key.</summary>
    public static IEnumerable<string> OfPersons(string keys) =>
        Whole(keys).Where(path => Path.GetFileName(path) is var name && NeverSealed.Contains(name) && name is not (KeyFile or DataKey));

    /// <summary>What a crash left half written.</summary>
    public static IEnumerable<string> Unfinished(string keys) => All(keys).Where(IsUnfinished);

    /// <summary>Whether anything is sealed here: then a seal's key is never made, only found.</summary>
    public static bool HasSealed(string keys) => Sealable(keys).Any(IsSealed);

    /// <summary>Whether a file is sealed.</summary>
    public static bool IsSealed(string path)
    {
        Span<byte> start = stackalloc byte[StartBytes];
        using var file = File.OpenHandle(path);
        return SealedHeader.IsThere(start[..RandomAccess.Read(file, start, 0)]);
    }

    private static IEnumerable<string> Whole(string keys) => All(keys).Where(path => !IsUnfinished(path));

    private static string[] All(string keys) => Directory.Exists(keys) ? Directory.GetFiles(keys) : [];

    private static bool IsUnfinished(string path) => path.EndsWith(Durable.UnfinishedSuffix, StringComparison.Ordinal);
}
