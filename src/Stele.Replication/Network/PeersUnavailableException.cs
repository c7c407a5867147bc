namespace Stele.Replication.Network;

/// <summary>No peer gave what was asked for: another one may, or the same one later.</summary>
internal sealed class PeersUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
