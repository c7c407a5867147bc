using System.Security.Cryptography;
using Stele.Governance.Nodes;
using Stele.Server.Attestation.Sev;
using Stele.Server.Attestation.Tsm;

namespace Stele.Server.Attestation;

/// <summary>The platform that this node runs on, and what it shows of it.</summary>
internal sealed class NodePlatform
{
    private const int ReportDataBytes = 64;

    private readonly IEvidenceSource _source;
    private readonly PlatformOptions _options;

    private NodePlatform(IEvidenceSource source, PlatformOptions options) => (_source, _options) = (source, options);

    /// <summary>The kernel's interface, or <c>Virtual</c>.</summary>
    public string Name => _source.Name;

    /// <summary>Finds the platform: an enclave where there is one, <c>Virtual</c> only where there is none and it is allowed.</summary>
    /// <exception cref="EvidenceException">There is none that may be used.</exception>
    public static NodePlatform Find(PlatformOptions options, TimeProvider time) => new(options.Source ?? SourceOf(options, time), options);

    /// <summary>Gets evidence that binds a node's key, as CCF does: 32 bytes of its digest, and zeros.</summary>
    /// <param name="nodeId">The node's id: hexadecimal SHA-256 of its public key.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="EvidenceException">The platform gives none, or other evidence than it was asked for.</exception>
    public async Task<NodeEvidence> EvidenceAsync(string nodeId, CancellationToken cancel)
    {
        var reportData = new byte[ReportDataBytes];
        Convert.FromHexString(nodeId).CopyTo(reportData, 0);
        var evidence = await _source.GetAsync(reportData, cancel);
        RefuseOther(evidence, reportData);
        var bare = new NodeEvidence(nodeId, evidence.Format, evidence.Quote);
        return evidence.Format == NodeEvidence.SnpFormat ? await EndorsedAsync(bare, evidence.Certificates, cancel) : bare;
    }

    private static IEvidenceSource SourceOf(PlatformOptions options, TimeProvider time)
    {
        var reports = new TsmReports(options.TsmDirectory, options.PrivilegeLevel, time);
        if (reports.HasProvider()) return reports;
        if (File.Exists(options.SevGuestDevice))
            return new SevGuestReports(() => SevGuestDevice.Open(options.SevGuestDevice), options.PrivilegeLevel ?? 0, time);
        if (File.Exists(options.TdxGuestDevice))
            throw new EvidenceException(
                $"This machine is a trust domain ({options.TdxGuestDevice}), whose evidence comes through {options.TsmDirectory}: "
                + "it takes Linux 6.7 or newer, and configfs mounted there.");
        return options.AllowsVirtual
            ? new VirtualPlatform()
            : throw new EvidenceException(
                $"This machine shows no enclave: neither {options.TsmDirectory} nor {options.SevGuestDevice} gives evidence. "
                + "To run without one, where nothing is attested, say so with --virtual.");
    }

    private void RefuseOther(PlatformEvidence evidence, ReadOnlySpan<byte> reportData)
    {
        try
        {
            if (EvidenceClaims.Of(evidence.Format, evidence.Quote) is not { } claims) return;
            if (CryptographicOperations.FixedTimeEquals(claims.ReportData.Span, reportData)) return;
        }
        catch (FormatException fault)
        {
            throw new EvidenceException($"{Name} gives evidence that cannot be read: {fault.Message}", fault);
        }
        throw new EvidenceException($"{Name} gives evidence about another key than this node's.");
    }

    private async Task<NodeEvidence> EndorsedAsync(NodeEvidence evidence, ReadOnlyMemory<byte> table, CancellationToken cancel)
    {
        var context = _options.SecurityContextDirectory is { Length: > 0 } directory
            ? await SecurityContext.ReadAsync(directory, cancel)
            : SecurityContext.Empty;
        var certificates = SnpEndorsements.FromTable(table);
        // What Azure's host keeps is for a TCB that it names, and may be older than the report: only then is that said.
        var kept = certificates is null ? context.Certificates : null;
        return evidence with
        {
            // None: then a verifier has to get them from AMD.
            Endorsements = (certificates ?? kept?.Certificates) is { } shown ? SnpEndorsements.Pem(shown) : default,
            UvmEndorsements = context.Endorsement ?? default,
            EndorsedTcb = kept?.Tcb.ToString(),
        };
    }
}
