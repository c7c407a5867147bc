using System.Security.Cryptography.X509Certificates;
using Stele.Ledger.Audit;

namespace Stele.Server.Recovering;

/// <summary>What is recovered, and where.</summary>
public sealed record DisasterRecoveryOptions
{
    /// <summary>The ledger of the service that is gone: a directory of ledger files, or a data directory. It is only read.</summary>
    public required string LedgerDirectory { get; init; }

    /// <summary>The data directory of the new service; it must be new.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The certificate of the service whose ledger it must be; null to take any.</summary>
    public X509Certificate2? PreviousServiceCertificate { get; init; }

    /// <summary>Whether a ledger is taken that ends too early or is damaged at its end; what is missing stays lost.</summary>
    public bool AcceptLedgerEnd { get; init; }

    /// <summary>Who is told how far the copy has been verified.</summary>
    public IProgress<AuditProgress>? Progress { get; init; }
}
