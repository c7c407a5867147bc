namespace Stele.Ledger.Backups;

/// <summary>What a backup is taken of. Nothing of it is changed, and no node need be stopped.</summary>
public sealed record BackupSource
{
    /// <summary>The directory of ledger files.</summary>
    public required string LedgerDirectory { get; init; }

    /// <summary>The file in which the node remembers how far its ledger is committed; it need not be there.</summary>
    public required string HeadFile { get; init; }

    /// <summary>The file with the service's certificate, PEM, to which the ledger must belong; null to take any service's.</summary>
    public string? ServiceCertificateFile { get; init; }

    /// <summary>The ledger's name; null where it is not known.</summary>
    public string? LedgerId { get; init; }

    /// <summary>Lists the node's other files. It is asked behind the ledger, and again until two looks agree.</summary>
    public Func<IEnumerable<BackupExtra>> Extras { get; init; } = () => [];

    /// <summary>Whether closed files that are in the backup already are compared byte by byte, and not by size and time alone.</summary>
    public bool ComparesAll { get; init; }

    /// <summary>After how many bytes what was copied counts: a long run that is interrupted goes on from there.</summary>
    public long StepBytes { get; init; } = 256 << 20;
}
