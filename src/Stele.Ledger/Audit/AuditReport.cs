namespace Stele.Ledger.Audit;

/// <summary>What an audit found.</summary>
public abstract record AuditReport
{
    private AuditReport()
    {
    }

    /// <summary>All of the ledger verifies.</summary>
    /// <param name="LastSigned">The last signature transaction; all up to it is proven.</param>
    /// <param name="Entries">The entries read.</param>
    /// <param name="Signatures">The signature transactions among them.</param>
    /// <param name="Uncovered">The whole entries behind the last signature: nothing proves them yet.</param>
    /// <param name="ServiceCertificate">The certificate of the service that signed last, PEM.</param>
    public sealed record Verified(
        TransactionId LastSigned, long Entries, long Signatures, long Uncovered, string? ServiceCertificate) : AuditReport
    {
        /// <summary>The services that signed it, in order: more than one where it was recovered from a disaster.</summary>
        public IReadOnlyList<SigningService> Services { get; init; } = [];

        /// <summary>How far the last of them has come, in CCF's words; null where there is none.</summary>
        public string? ServiceStatus { get; init; }
    }

    /// <summary>The ledger does not verify.</summary>
    /// <param name="File">The file, or the directory where no one file is to blame.</param>
    /// <param name="Offset">The byte where the first bad entry, or the fault itself, begins.</param>
    /// <param name="SeqNo">The first bad entry; none where the fault is not in one.</param>
    /// <param name="Reason">What is wrong.</param>
    public sealed record Failed(string File, long Offset, SeqNo? SeqNo, string Reason) : AuditReport;
}

/// <summary>A service that signed a part of a ledger.</summary>
/// <param name="First">The transaction that names its certificate first.</param>
/// <param name="Last">Its last signature transaction.</param>
/// <param name="Certificate">Its certificate, PEM; the last one where it was renewed.</param>
public sealed record SigningService(TransactionId First, TransactionId Last, string Certificate);
