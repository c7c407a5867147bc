using Stele.Attestation.Azure;
using Stele.Attestation.Dcap;
using Stele.Attestation.Snp;

namespace Stele.Attestation.Nodes;

/// <summary>What a node shows of the platform it runs on, as CCF's <c>QuoteInfo</c> and its <c>/node/quotes</c> have it.</summary>
/// <param name="Format">CCF's name of the format.</param>
/// <param name="Raw">The report, quote or statement.</param>
public sealed record NodeQuote(string Format, ReadOnlyMemory<byte> Raw)
{
    /// <summary>CCF's name of the format that proves nothing.</summary>
    public const string VirtualFormat = "Insecure_Virtual";

    /// <summary>CCF's name of AMD's SEV-SNP reports.</summary>
    public const string SnpFormat = "AMD_SEV_SNP_v1";

    /// <summary>The name of Intel's TDX quotes. CCF has none.</summary>
    public const string TdxFormat = "Intel_TDX_v1";

    /// <summary>Of SEV-SNP, PEM of VCEK, ASK and ARK; empty where there are none.</summary>
    public ReadOnlyMemory<byte> Endorsements { get; init; }

    /// <summary>The endorsement of the measurement of Azure's utility VM, COSE; empty where there is none.</summary>
    public ReadOnlyMemory<byte> UvmEndorsements { get; init; }

    /// <summary>The TCB that Azure's service says the endorsements are for, 16 hexadecimal digits; null where it says nothing.</summary>
    public string? EndorsedTcb { get; init; }

    /// <summary>Whether nothing stands beside it that would endorse it.</summary>
    public bool IsBare => Endorsements.IsEmpty && UvmEndorsements.IsEmpty && EndorsedTcb is null;

    /// <summary>
    /// Judges it as of a moment. A demand that its platform cannot answer fails: it is the node that chose the platform.
    /// Throws nothing; what cannot be read fails the check <c>well-formed</c>.
    /// </summary>
    public Verdict Verify(EvidencePolicy policy, TrustAnchors anchors, DateTimeOffset asOf)
    {
        var verdict = Verdict.Of(() => Format switch
        {
            SnpFormat => AciVerifier.Verify(ReadSnp(), policy, anchors, asOf),
            // What nobody would look at is not taken along.
            TdxFormat when !IsBare => Verdict.NotWellFormed("A trust domain's quote has its endorsements in it, and none beside it."),
            TdxFormat => DcapVerifier.Verify(new DcapEvidence(Raw), policy, anchors, asOf),
            VirtualFormat => VirtualStatement.Read(this).Verify(policy),
            _ => Verdict.NotWellFormed($"Evidence of the unknown format {Format}."),
        });
        if (verdict.Claims is not { } claims) return verdict;
        var checks = new CheckList();
        checks.Include(verdict.Checks);
        PolicyFit.Check(checks, policy, claims.Platform);
        return verdict with { Checks = checks.All };
    }

    /// <summary>Reads a report with what endorses it.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public AciEvidence ReadSnp() => new(
        new SnpEvidence(SnpReport.Read(Raw.Span), SnpCertificates.ReadPem(Endorsements.Span)),
        EndorsedTcb is null ? null
            : SnpTcbVersion.TryParse(EndorsedTcb, out var tcb) ? tcb
            : throw new FormatException("endorsed_tcb is no TCB version."),
        ReadUvm());

    /// <summary>Reads the endorsement of the utility VM; null where there is none.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public UvmEndorsement? ReadUvm() => UvmEndorsements.IsEmpty ? null : UvmEndorsement.Read(UvmEndorsements);
}
