namespace Stele.Server.Joining;

/// <summary>A node was not let into a network, and will not be by asking again; the message says why.</summary>
public sealed class NodeJoinException(string message) : Exception(message);
