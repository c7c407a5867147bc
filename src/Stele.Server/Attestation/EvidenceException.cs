namespace Stele.Server.Attestation;

/// <summary>The platform gives no evidence, or gives what cannot be used; the message says what an operator can do.</summary>
public sealed class EvidenceException(string message, Exception? inner = null) : Exception(message, inner);
