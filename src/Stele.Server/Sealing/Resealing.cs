using System.Security.Cryptography;
using Stele.Ledger.Files;
using Stele.Server.Home;

namespace Stele.Server.Sealing;

/// <summary>
/// Seals all of a node's secrets in another way, while it does not run: all of them, or none. A directory <c>keys.new</c> is
/// made beside <c>keys</c>, and takes its name once it is whole.
/// </summary>
public static class Resealing
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Re-seals a data directory.</summary>
    /// <param name="home">The data directory.</param>
    /// <param name="from">What opens the secrets now; files that are not sealed need nothing.</param>
    /// <param name="to">What is to open them.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Ends it; nothing has changed then.</param>
    /// <returns>How many files were sealed.</returns>
    /// <exception cref="LedgerHomeException">The secrets cannot be opened, or not sealed so; nothing has changed.</exception>
    /// <exception cref="Attestation.EvidenceException">The platform derives no key; nothing has changed.</exception>
    /// <exception cref="IOException">A node runs on the directory, or it cannot be written.</exception>
    public static async Task<int> RunAsync(
        string home, SealOptions from, SealOptions to, TimeProvider time, CancellationToken cancel)
    {
        home = Path.GetFullPath(home);
        var keys = SealedFiles.DirectoryOf(home);
        if (!Directory.Exists(keys) && !Directory.Exists(NewOf(home)))
            throw new LedgerHomeException($"{home} is no node's data directory: it has no keys.");
        using var @lock = LedgerHead.Lock(Path.Combine(home, "head"));
        Finish(home);
        using var opens = SealedFiles.HasSealed(keys) ? await KeySeals.OpenAsync(keys, from, mayMake: false, time, cancel) : null;
        var made = NewOf(home);
        if (Directory.Exists(made)) Directory.Delete(made, recursive: true);
        Directory.CreateDirectory(made, OwnerOnly | UnixFileMode.UserExecute);
        using var seals = await KeySeals.OpenAsync(made, to, mayMake: true, time, cancel);
        var count = SealAll(keys, made, opens, seals);
        foreach (var path in SealedFiles.Others(keys)) Copy(path, made);
        Durable.FlushDirectory(made);
        Move(keys, OldOf(home));
        Finish(home);
        return count;
    }

    /// <summary>
    /// Makes up for the end of a re-sealing that was cut short: without <c>keys</c>, <c>keys.new</c> is whole. Safe beside
    /// a re-sealing that runs.
    /// </summary>
    internal static void Finish(string home)
    {
        var keys = SealedFiles.DirectoryOf(home);
        if (!Directory.Exists(keys) && Directory.Exists(NewOf(home))) Move(NewOf(home), keys);
        if (Directory.Exists(keys) && Directory.Exists(OldOf(home))) Directory.Delete(OldOf(home), recursive: true);
    }

    private static void Move(string directory, string name)
    {
        Directory.Move(directory, name);
        Durable.FlushDirectory(Path.GetDirectoryName(name)!);
    }

    private static int SealAll(string keys, string made, KeySeal? opens, KeySeal seals)
    {
        var count = 0;
        foreach (var path in SealedFiles.Sealable(keys))
        {
            // What is not sealed here was put here by whoever runs this command: they vouch for it.
            var source = SealedFiles.IsSealed(path) ? new SecretFile(opens) : SecretFile.OfPersons;
            new SecretFile(seals).Write(Path.Combine(made, Path.GetFileName(path)), source.Read(path));
            count++;
        }
        return count;
    }

    private static void Copy(string path, string directory)
    {
        var bytes = SecretFile.ReadPrivate(path);
        Durable.Replace(Path.Combine(directory, Path.GetFileName(path)), bytes, OwnerOnly);
        CryptographicOperations.ZeroMemory(bytes);
    }

    /// <summary>Whether one runs, or was cut short.</summary>
    public static bool IsUnderWay(string home) => Directory.Exists(NewOf(home)) || Directory.Exists(OldOf(home));

    private static string NewOf(string home) => Path.Combine(home, "keys.new");

    private static string OldOf(string home) => Path.Combine(home, "keys.old");
}
