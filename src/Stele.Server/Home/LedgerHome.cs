using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography.Keys;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Backups;
using Stele.Ledger.Files;
using Stele.Ledger.Secrets;
using Stele.Ledger.Snapshots;
using Stele.Ledger.Tables;
using Stele.Server.Attestation;
using Stele.Server.Sealing;

namespace Stele.Server.Home;

/// <summary>The data directory of one node: its keys, certificates and ledger, made on first use.</summary>
public sealed class LedgerHome : IDisposable
{
    /// <summary>The data directory's path.</summary>
    public required string Directory { get; init; }

    /// <summary>The directory of ledger files.</summary>
    public string LedgerDirectory => Path.Combine(Directory, "ledger");

    /// <summary>The directory of what is derived from the ledger files, and made anew where it is missing.</summary>
    public string IndexDirectory => Path.Combine(Directory, "index");

    /// <summary>The directory of snapshots.</summary>
    public string SnapshotDirectory => Path.Combine(Directory, "snapshots");

    /// <summary>The file in which the node remembers how far its ledger reaches.</summary>
    public string HeadFile => Path.Combine(Directory, "head");

    /// <summary>The file in which the node remembers which etcd has ordered its ledger.</summary>
    public string StoreFile => Path.Combine(Directory, "store");

    /// <summary>The service's key: signs roots and node certificates.</summary>
    public required SigningKey ServiceKey { get; init; }

    /// <summary>The service's self-signed certificate, CN <c>CCF Network</c>: the one trust anchor.</summary>
    public required X509Certificate2 ServiceCertificate { get; init; }

    /// <summary>The node's key: signs roots and speaks TLS.</summary>
    public required SigningKey NodeKey { get; init; }

    /// <summary>The node's certificate, endorsed by the service.</summary>
    public required NodeCertificate NodeCertificate { get; init; }

    /// <summary>The identity service's TLS certificate with its key, endorsed by <c>identity_ca.pem</c>.</summary>
    public required X509Certificate2 IdentityCertificate { get; init; }

    /// <summary>The node by which this one joined its network; null on the one that founded it.</summary>
    public required Uri? JoinedBy { get; init; }

    /// <summary>The seqno with which this node's service goes on with the ledger of one that is gone; null where it founded it.</summary>
    public SeqNo? RecoveredFrom { get; init; }

    /// <summary>The ledger's name, as its network told it; null on a node that was told none.</summary>
    public required string? LedgerId { get; init; }

    /// <summary>The key that the network seals secrets to, for this node.</summary>
    public required EncryptionKey EncryptionKey { get; init; }

    /// <summary>The secrets that the ledger's private domain is sealed with.</summary>
    public required SecretKeeper LedgerSecrets { get; init; }

    /// <summary>What the secrets are sealed by in their files.</summary>
    public required KeySeal Seal { get; init; }

    /// <summary>The names of the files that lay here unsealed, and are sealed now.</summary>
    public required IReadOnlyList<string> NewlySealed { get; init; }

    /// <summary>Opens a data directory, or makes what is missing in a new one.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="hostNames">Host names and addresses that the certificates are for, beside localhost and its addresses.</param>
    /// <param name="sealing">What opens the secrets.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="LedgerHomeException">
    /// A file of an existing ledger is missing, damaged, or open to others; or the secrets cannot be opened.
    /// </exception>
    /// <exception cref="EvidenceException">The platform gives no key.</exception>
    /// <exception cref="IOException">The directory cannot be read or written.</exception>
    public static async Task<LedgerHome> OpenOrCreateAsync(
        string directory, IReadOnlyList<string> hostNames, SealOptions sealing, TimeProvider time, CancellationToken cancel)
    {
        directory = Path.GetFullPath(directory);
        RefuseBackup(directory);
        RefuseWithoutKeys(directory);
        return OpenOrCreate(directory, hostNames, await KeySeals.OpenAsync(directory, sealing, time, cancel), time);
    }

    /// <summary>Refuses a directory that is a backup, before anything is made in it.</summary>
    /// <exception cref="LedgerHomeException">It is one.</exception>
    internal static void RefuseBackup(string directory)
    {
        if (File.Exists(Path.Combine(directory, BackupManifest.FileName)))
            throw new LedgerHomeException(
                $"{directory} is a backup, and no data directory: `stele restore {directory} DATA_DIR` makes one of it.");
    }

    // As a restore without secrets makes it.
    private static void RefuseWithoutKeys(string directory)
    {
        if (IsEmpty(Path.Combine(directory, "ledger")) || !IsEmpty(SealedFiles.DirectoryOf(directory))) return;
        throw new LedgerHomeException(
            $"{directory} has a ledger and no keys, as a restore without secrets leaves it. Members' shares open it in another directory: "
            + $"stele recover --ledger {directory} --data NEW_DATA_DIR. Or restore a backup that was taken with secrets.");

        static bool IsEmpty(string path) => !System.IO.Directory.Exists(path) || !System.IO.Directory.EnumerateFiles(path).Any();
    }

    /// <summary>The same with the key file that lies in the directory.</summary>
    internal static LedgerHome OpenOrCreate(string directory, IReadOnlyList<string> hostNames, TimeProvider time)
    {
        directory = Path.GetFullPath(directory);
        var keys = SealedFiles.DirectoryOf(directory);
        var seal = KeySeals.OfKeyFile(keys, new SealWay.KeyFile(), mayMake: !SealedFiles.HasSealed(keys));
        return OpenOrCreate(directory, hostNames, seal, time);
    }

    private static LedgerHome OpenOrCreate(string directory, IReadOnlyList<string> hostNames, KeySeal seal, TimeProvider time)
    {
        try
        {
            return new LedgerHomeBuilder(directory, hostNames, seal, time).Build();
        }
        catch
        {
            seal.Dispose();
            throw;
        }
    }

    /// <summary>Reads the ledger secrets of a data directory, as an auditor does; makes and changes nothing.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="sealing">What opens them.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The secrets; null where the directory has none.</returns>
    /// <exception cref="LedgerHomeException">They cannot be opened; the message says why.</exception>
    /// <exception cref="EvidenceException">The platform gives no key.</exception>
    public static async Task<LedgerSecrets?> ReadLedgerSecretsAsync(
        string directory, SealOptions sealing, TimeProvider time, CancellationToken cancel)
    {
        var path = Path.Combine(directory, "keys", "ledger-secret");
        if (!File.Exists(path)) return null;
        if (!SealedFiles.IsSealed(path)) return SecretFile.OfPersons.ReadLedgerSecrets(path);
        using var seal = await KeySeals.OpenAsync(directory, sealing, time, cancel);
        return new SecretFile(seal).ReadLedgerSecrets(path);
    }

    /// <summary>The ledger's name, by what the network said and what the operator says.</summary>
    /// <param name="said">What the operator says; null for nothing.</param>
    /// <exception cref="LedgerHomeException">They say different names.</exception>
    public string LedgerIdOr(string? said) =>
        LedgerId is null || said is null || said == LedgerId
            ? LedgerId ?? said ?? Hosting.LedgerHostOptions.DefaultLedgerId
            : throw new LedgerHomeException($"The node of {Directory} belongs to ledger «{LedgerId}», and not to «{said}».");

    /// <summary>What the newest snapshot here says, before anything else of the ledger is read; nothing without one.</summary>
    internal LedgerTables KnownTables()
    {
        var upTo = LedgerHead.Read(HeadFile)?.Committed.SeqNo ?? SeqNo.None;
        var verifier = new SnapshotVerifier(ServiceCertificate, LedgerSecrets.Known);
        return new SnapshotDirectory(SnapshotDirectory).FindNewest(verifier, upTo, _ => true).Found?.Contents.ToTables()
            ?? LedgerTables.Empty;
    }

    /// <summary>Zeroes the keys.</summary>
    public void Dispose()
    {
        ServiceKey.Dispose();
        NodeKey.Dispose();
        EncryptionKey.Dispose();
        LedgerSecrets.Known.Dispose();
        IdentityCertificate.Dispose();
        NodeCertificate.Dispose();
        ServiceCertificate.Dispose();
        Seal.Dispose();
    }
}
