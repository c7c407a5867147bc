using Stele.Cryptography;

namespace Stele.Ledger.Backups;

/// <summary>What a backup holds: the one file by whose replacement an increment counts, all of it or nothing.</summary>
public sealed record BackupManifest
{
    /// <summary>Its name in a backup.</summary>
    public const string FileName = "backup.json";

    /// <summary>The ledger's name; null where its node did not say one.</summary>
    public required string? LedgerId { get; init; }

    /// <summary>SHA-256 of the certificate of the service that signed last, DER.</summary>
    public required Digest ServiceCertificate { get; init; }

    /// <summary>The signature transaction that the backup ends with.</summary>
    public required TransactionId Last { get; init; }

    /// <summary>The Merkle root over all entries up to and including <see cref="Last"/>.</summary>
    public required Digest Root { get; init; }

    /// <summary>When it was taken, by the clock of the machine that took it.</summary>
    public required DateTimeOffset Taken { get; init; }

    /// <summary>The file from which the next increment goes on; null while no ledger file in it is closed.</summary>
    public required string? Point { get; init; }

    /// <summary>All files, the ledger's in order.</summary>
    public required IReadOnlyList<BackupFile> Files { get; init; }

    /// <summary>Whether it holds a node's keys.</summary>
    public bool HasSecrets => Files.Any(file => file.IsSecret);

    /// <summary>The size of all its files in bytes.</summary>
    public long Size => Files.Sum(file => file.Size);

    /// <summary>The ledger files in order.</summary>
    internal IEnumerable<BackupFile> LedgerFiles =>
        Files.Where(file => file.Chunk is not null).OrderBy(file => file.Chunk!.Value.First);
}
