using Stele.Ledger.Files;

namespace Stele.Server.Sealing;

/// <summary>The files of a directory <c>keys/</c>: which of them are the node's, and sealed, and which are others' business.</summary>
internal static class SealedFiles
{
    /// <summary>The key file where the operator names no other.</summary>
    public const string KeyFile = "seal-key";

    /// <summary>The data key, as Vault has wrapped it.</summary>
    public const string DataKey = "data-key";

    private const int StartBytes = 64;

    // Nothing else is sealed that is not sealed already. The first member's key is a person's: it is handed out, as the
    // administrator's is. And what an operator has put here, a key file of another name for one, must stay what it is.
    private static readonly string[] Nodes =
        ["encryption.pem", "identity.pem", "identity_ca.pem", "ledger-secret", "node.pem", "service.pem"];

    /// <summary>The directory of keys of a data directory.</summary>
    public static string DirectoryOf(string home) => Path.Combine(home, "keys");

    /// <summary>Makes a directory of keys, and the data directory above it where that is not there yet: the owner's alone.</summary>
    public static void Make(string keys)
    {
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (Path.GetDirectoryName(keys) is { Length: > 0 } home) Directory.CreateDirectory(home, ownerOnly);
        Directory.CreateDirectory(keys, ownerOnly);
    }

    /// <summary>The files that are sealed, or are to be.</summary>
    public static IEnumerable<string> Sealable(string keys) => Whole(keys).Where(IsSealable);

    /// <summary>The files that stay as they are whatever seals the others; not the seal's own key.</summary>
    public static IEnumerable<string> Others(string keys) =>
        Whole(keys).Where(path => !IsSealable(path) && Path.GetFileName(path) is not (KeyFile or DataKey));

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

    private static bool IsSealable(string path) => Nodes.Contains(Path.GetFileName(path)) || IsSealed(path);

    private static IEnumerable<string> Whole(string keys) => All(keys).Where(path => !IsUnfinished(path));

    private static string[] All(string keys) => Directory.Exists(keys) ? Directory.GetFiles(keys) : [];

    private static bool IsUnfinished(string path) => path.EndsWith(Durable.UnfinishedSuffix, StringComparison.Ordinal);
}
