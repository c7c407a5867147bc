using System.Security.Cryptography;
using System.Text;
using Stele.Ledger.Files;
using Stele.Server.Home;

namespace Stele.Server.Sealing;

/// <summary>
/// The key under which files are sealed where Vault opens them: Vault wraps it once, and <c>keys/data-key</c> holds what Vault
/// gave (<c>vault:v1:…</c>), which nobody but Vault can unwrap.
/// </summary>
internal static class VaultDataKey
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int WrappedBytesMax = 4096;

    /// <summary>Has Vault unwrap the data key, or makes one and has Vault wrap it.</summary>
    /// <param name="path">The file of the wrapped key.</param>
    /// <param name="vaultKey">The key in Vault.</param>
    /// <param name="mayMake">Whether nothing is sealed yet.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The key; the caller zeroes it.</returns>
    /// <exception cref="LedgerHomeException">The file is missing, or Vault does not unwrap it.</exception>
    public static async Task<byte[]> OpenAsync(
        string path, VaultKey vaultKey, bool mayMake, TimeProvider time, CancellationToken cancel)
    {
        using var vault = new VaultTransit(vaultKey, time);
        if (!File.Exists(path))
            return mayMake
                ? await MakeAsync(path, vault, cancel)
                : throw new LedgerHomeException($"{path} is missing, and the node's keys are sealed under it; restore it from a backup.");
        if (new FileInfo(path).Length > WrappedBytesMax) throw new LedgerHomeException($"{path} is too long to be a wrapped key.");
        var key = await vault.DecryptAsync((await File.ReadAllTextAsync(path, Encoding.ASCII, cancel)).Trim(), cancel);
        if (key.Length == KeySeal.KeySize) return key;
        CryptographicOperations.ZeroMemory(key);
        throw new LedgerHomeException($"{path} holds no data key: what Vault unwraps has {key.Length} bytes, not {KeySeal.KeySize}.");
    }

    private static async Task<byte[]> MakeAsync(string path, VaultTransit vault, CancellationToken cancel)
    {
        var key = GC.AllocateArray<byte>(KeySeal.KeySize, pinned: true);
        try
        {
            RandomNumberGenerator.Fill(key);
            var wrapped = await vault.EncryptAsync(key, cancel);
            SealedFiles.Make(Path.GetDirectoryName(path)!);
            Durable.Create(path, Encoding.ASCII.GetBytes(wrapped + "\n"), OwnerOnly);
            return key;
        }
        catch
        {
            CryptographicOperations.ZeroMemory(key);
            throw;
        }
    }
}
