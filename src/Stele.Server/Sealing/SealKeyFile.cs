using System.Security.Cryptography;
using Stele.Ledger.Files;
using Stele.Server.Home;

namespace Stele.Server.Sealing;

/// <summary>A file of 32 random bytes under which a node's secrets are sealed.</summary>
internal static class SealKeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Reads a key file, or makes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="keys">The directory of the keys that it seals.</param>
    /// <param name="mayMake">Whether nothing is sealed yet, so that a new key takes nothing away.</param>
    /// <returns>The key; the caller zeroes it.</returns>
    /// <exception cref="LedgerHomeException">It is missing, open to others, another user's, or no key.</exception>
    public static byte[] Open(string path, string keys, bool mayMake)
    {
        if (!File.Exists(path))
        {
            if (!mayMake)
                throw new LedgerHomeException($"{path} is missing, and the node's keys are sealed under it; restore it from its backup.");
            SealedFiles.Make(Path.GetDirectoryName(path)!);
            Make(path);
        }
        if (!FileOwner.IsThisUser(path, keys))
            throw new LedgerHomeException($"{path} belongs to another user than the one that the node runs as.");
        var key = SecretFile.ReadPrivate(path);
        if (key.Length == KeySeal.KeySize) return key;
        CryptographicOperations.ZeroMemory(key);
        throw new LedgerHomeException($"{path} is no key file: it has {key.Length} bytes, not {KeySeal.KeySize}.");
    }

    private static void Make(string path)
    {
        Span<byte> key = stackalloc byte[KeySeal.KeySize];
        RandomNumberGenerator.Fill(key);
        try
        {
            Durable.Create(path, key, OwnerOnly);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another node of this machine was faster, and its key is as good.
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
