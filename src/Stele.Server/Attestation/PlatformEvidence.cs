namespace Stele.Server.Attestation;

/// <summary>What a platform gives for 64 bytes of report data.</summary>
/// <param name="Format">CCF's name of the evidence's format, as in a node's <c>quote_info</c>.</param>
/// <param name="Quote">The report or quote, as the platform signed it.</param>
/// <param name="Certificates">AMD's certificate table that the host gave along; empty where it gave none.</param>
internal sealed record PlatformEvidence(string Format, ReadOnlyMemory<byte> Quote, ReadOnlyMemory<byte> Certificates);
