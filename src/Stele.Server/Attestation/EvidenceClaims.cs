using Stele.Attestation.Dcap;
using Stele.Attestation.Snp;
using Stele.Governance.Nodes;

namespace Stele.Server.Attestation;

/// <summary>What a node's evidence says, as it stands there. It proves nothing before it is verified.</summary>
/// <param name="Measurement">What was loaded.</param>
/// <param name="ReportData">The 64 bytes that the node chose.</param>
internal sealed record EvidenceClaims(ReadOnlyMemory<byte> Measurement, ReadOnlyMemory<byte> ReportData)
{
    /// <summary>Reads evidence; null for a platform that proves nothing, or one that is unknown.</summary>
    /// <exception cref="FormatException">It is not what its format says.</exception>
    public static EvidenceClaims? Of(string format, ReadOnlyMemory<byte> quote)
    {
        if (format == NodeEvidence.SnpFormat && SnpReport.Read(quote.Span) is var report)
            return new EvidenceClaims(report.Measurement, report.ReportData);
        if (format == NodeEvidence.TdxFormat && DcapVerifier.Read(quote) is var claims)
            return new EvidenceClaims(claims.Measurement, claims.ReportData);
        return null;
    }
}
