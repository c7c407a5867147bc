using System.Security.Cryptography;
using Stele.Server.Attestation.Sev;

namespace Stele.Server.Sealing;

/// <summary>Gets the key of a node's seal: once at its start, and once for each other command that opens secrets.</summary>
internal static class KeySeals
{
    /// <summary>Opens the seal of a data directory; its key is made where nothing is sealed yet.</summary>
    /// <exception cref="Home.LedgerHomeException">The key is not to be had.</exception>
    /// <exception cref="Attestation.EvidenceException">The platform derives none.</exception>
    public static Task<KeySeal> OpenAsync(string home, SealOptions options, TimeProvider time, CancellationToken cancel)
    {
        Resealing.Finish(home);
        var keys = SealedFiles.DirectoryOf(home);
        return OpenAsync(keys, options, mayMake: !SealedFiles.HasSealed(keys), time, cancel);
    }

    /// <summary>Opens the seal of a directory of keys.</summary>
    /// <param name="keys">The directory, in which the seal's own key lies where none other is named.</param>
    /// <param name="options">What opens it.</param>
    /// <param name="mayMake">Whether the seal's key may be made where there is none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<KeySeal> OpenAsync(
        string keys, SealOptions options, bool mayMake, TimeProvider time, CancellationToken cancel) => options.Chosen(time) switch
        {
            SealWay.Platform way => Of(way, await DeriveAsync(options, time, cancel)),
            SealWay.KeyFile way => OfKeyFile(keys, way, mayMake),
            SealWay.Vault way => Of(
                way, await VaultDataKey.OpenAsync(Path.Combine(keys, SealedFiles.DataKey), way.Key, mayMake, time, cancel)),
            _ => throw new InvalidOperationException("No such way."),
        };

    /// <summary>Opens the seal of a key file.</summary>
    /// <exception cref="Home.LedgerHomeException">The file is missing, or is none.</exception>
    public static KeySeal OfKeyFile(string keys, SealWay.KeyFile way, bool mayMake) =>
        Of(way, SealKeyFile.Open(way.Path ?? Path.Combine(keys, SealedFiles.KeyFile), keys, mayMake));

    private static Task<byte[]> DeriveAsync(SealOptions options, TimeProvider time, CancellationToken cancel)
    {
        var platform = options.Platform;
        return new SevGuestKeys(
            platform.GuestDevice ?? (() => SevGuestDevice.Open(platform.SevGuestDevice)), platform.PrivilegeLevel ?? 0, time)
            .DeriveAsync(cancel);
    }

    private static KeySeal Of(SealWay way, byte[] key)
    {
        try
        {
            return new KeySeal(way, key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
