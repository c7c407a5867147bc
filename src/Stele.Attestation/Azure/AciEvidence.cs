using Stele.Attestation.Snp;

namespace Stele.Attestation.Azure;

/// <summary>What a confidential container of Azure shows; in the ledger, what CCF's QuoteInfo holds.</summary>
/// <param name="Snp">The report and its certificates.</param>
/// <param name="EndorsedTcb">The TCB that Azure's service says the certificates are for; null when it says nothing.</param>
/// <param name="Uvm">The endorsement of the measurement; null when there is none.</param>
/// <param name="SecurityPolicy">
/// The container group's policy text, byte for byte, whose SHA-256 the host bound to the guest; null when it is not shown.
/// </param>
public sealed record AciEvidence(
    SnpEvidence Snp, SnpTcbVersion? EndorsedTcb = null, UvmEndorsement? Uvm = null, ReadOnlyMemory<byte>? SecurityPolicy = null);
