namespace Stele.Server.Home;

/// <summary>A data directory that a node cannot run on; the message says which file, and what would be right.</summary>
public sealed class LedgerHomeException(string message) : Exception(message);
