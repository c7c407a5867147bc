using Stele.Attestation;
using Stele.Attestation.Azure;
using Stele.Attestation.Dcap;
using Stele.Attestation.Snp;
using Stele.Governance.Nodes;

namespace Stele.Server.Attestation;

/// <summary>
/// Judges the evidence of a node that asks to join: that its hardware made it, about the key that the node came with. Whether
/// what runs there may be let in is decided by those who govern the network.
/// </summary>
/// <param name="takesVirtual">Whether this network's nodes run without enclaves, so that one more may.</param>
/// <param name="anchors">The makers' roots.</param>
/// <param name="time">The clock.</param>
internal sealed class NewcomerEvidence(bool takesVirtual, TrustAnchors anchors, TimeProvider time)
{
    // Whoever asks is unknown, and what he shows is recorded.
    private const int BytesMax = 128 * 1024;

    /// <summary>Why evidence is refused; null where it stands.</summary>
    public string? Refusal(NodeEvidence evidence)
    {
        if (evidence.Raw.Length + evidence.Endorsements.Length + evidence.UvmEndorsements.Length > BytesMax)
            return $"The evidence has more than {BytesMax} bytes.";
        if (evidence.IsVirtual) return RefusalOfVirtual(evidence);
        try
        {
            var failed = Verify(evidence).Failed.Select(check => $"{check.Name}: {check.Reason}").ToList();
            return failed.Count == 0 ? null : $"The evidence does not stand. {string.Join("; ", failed)}";
        }
        catch (FormatException fault)
        {
            return $"The evidence cannot be read: {fault.Message}";
        }
    }

    private string? RefusalOfVirtual(NodeEvidence evidence)
    {
        if (!takesVirtual) return "This network's nodes run in enclaves; a node on the platform Virtual cannot join it.";
        // It proves nothing, and must at least name the key.
        var isBare = evidence is { Endorsements.IsEmpty: true, UvmEndorsements.IsEmpty: true, EndorsedTcb: null };
        return isBare && evidence.Raw.Span.SequenceEqual(NodeEvidence.Virtual(evidence.NodeId).Raw.Span)
            ? null
            : "The evidence is not about the key of the TLS session.";
    }

    private Verdict Verify(NodeEvidence evidence)
    {
        var policy = new EvidencePolicy { ReportData = Convert.FromHexString(evidence.NodeId), TcbStatuses = null };
        return evidence.Format switch
        {
            NodeEvidence.SnpFormat => AciVerifier.Verify(OfSnp(evidence), policy, anchors, time.GetUtcNow()),
            NodeEvidence.TdxFormat => DcapVerifier.Verify(new DcapEvidence(evidence.Raw), policy, anchors, time.GetUtcNow()),
            _ => throw new FormatException($"The format {evidence.Format} is unknown."),
        };
    }

    private static AciEvidence OfSnp(NodeEvidence evidence) => new(
        new SnpEvidence(SnpReport.Read(evidence.Raw.Span), SnpCertificates.ReadPem(evidence.Endorsements.Span)),
        evidence.EndorsedTcb is null ? null
            : SnpTcbVersion.TryParse(evidence.EndorsedTcb, out var tcb) ? tcb
            : throw new FormatException("endorsed_tcb is no TCB version."),
        evidence.UvmEndorsements.IsEmpty ? null : UvmEndorsement.Read(evidence.UvmEndorsements));
}
