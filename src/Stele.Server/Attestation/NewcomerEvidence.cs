using Stele.Attestation;
using Stele.Governance.Nodes;
using Stele.Ledger.Tables;

namespace Stele.Server.Attestation;

/// <summary>
/// Judges the evidence of a node that asks to join: that its hardware made it, about the key that the node came with, and that
/// the tables let in what runs there.
/// </summary>
/// <param name="takesVirtual">
/// Whether this node itself runs without an enclave. One that runs in an enclave lets no other in that does not, whatever the
/// tables say: it would give the network's secrets away.
/// </param>
/// <param name="anchors">The makers' roots.</param>
/// <param name="time">The clock.</param>
internal sealed class NewcomerEvidence(bool takesVirtual, TrustAnchors anchors, TimeProvider time)
{
    // Whoever asks is unknown, and what he shows is recorded.
    private const int BytesMax = 128 * 1024;

    /// <summary>Why evidence is refused: each check that failed, what was found, and what would be right; null where it stands.</summary>
    public string? Refusal(NodeEvidence evidence, LedgerTables tables)
    {
        if (evidence.Raw.Length + evidence.Endorsements.Length + evidence.UvmEndorsements.Length > BytesMax)
            return $"The evidence has more than {BytesMax} bytes.";
        if (evidence.IsVirtual && !takesVirtual)
            return "This network's nodes run in enclaves; a node on the platform Virtual cannot join it.";
        try
        {
            var failed = JoinPolicy.Read(tables).Judge(evidence, anchors, time.GetUtcNow()).Failed;
            var reasons = string.Join("; ", failed.Select(check => $"{check.Name}: {check.Reason?.TrimEnd('.')}"));
            return reasons.Length == 0 ? null : $"The evidence does not stand. {reasons}.";
        }
        catch (FormatException fault)
        {
            return $"The join policy of this network cannot be read: {fault.Message}";
        }
    }
}
