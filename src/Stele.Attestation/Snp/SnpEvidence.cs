using Stele.Attestation.Certificates;

namespace Stele.Attestation.Snp;

/// <summary>A report and what endorses it.</summary>
/// <param name="Report">The report.</param>
/// <param name="Certificates">The certificates of the key that signed it.</param>
/// <param name="RevocationList">The root's revocation list; null when there is none at hand.</param>
public sealed record SnpEvidence(SnpReport Report, SnpCertificates Certificates, RevocationList? RevocationList = null);
