namespace Stele.Server.Attestation;

/// <summary>Where evidence of the platform comes from that this process runs on.</summary>
internal interface IEvidenceSource
{
    /// <summary>The interface of the kernel that it is, for messages.</summary>
    string Name { get; }

    /// <summary>Gets evidence.</summary>
    /// <param name="reportData">64 bytes that the platform signs along.</param>
    /// <param name="cancel">Ends the waiting for a platform that is busy.</param>
    /// <exception cref="EvidenceException">The platform gives none.</exception>
    Task<PlatformEvidence> GetAsync(ReadOnlyMemory<byte> reportData, CancellationToken cancel);
}
