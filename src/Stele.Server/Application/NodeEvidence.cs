namespace Stele.Server.Application;

/// <summary>What a node shows of the platform it runs on.</summary>
/// <param name="NodeId">Hexadecimal SHA-256 of the node's public key.</param>
/// <param name="Platform">The platform, as in <c>Virtual</c>: no enclave, nothing is proven.</param>
/// <param name="Measurement">The code's measurement in hexadecimal; none where the platform measures nothing.</param>
/// <param name="Raw">The evidence's bytes.</param>
public sealed record NodeEvidence(string NodeId, string Platform, string? Measurement, byte[] Raw);
