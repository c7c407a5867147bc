using Stele.Governance.Nodes;

namespace Stele.Server.Attestation;

/// <summary>No enclave. The evidence names the node's key and says that nothing is proven.</summary>
internal sealed class VirtualPlatform : IEvidenceSource
{
    private const int KeyDigestBytes = 32;

    /// <inheritdoc/>
    public string Name => "Virtual";

    /// <inheritdoc/>
    public Task<PlatformEvidence> GetAsync(ReadOnlyMemory<byte> reportData, CancellationToken cancel)
    {
        var node = Convert.ToHexStringLower(reportData.Span[..KeyDigestBytes]);
        return Task.FromResult(new PlatformEvidence(NodeEvidence.VirtualFormat, NodeEvidence.Virtual(node).Raw, default));
    }
}
