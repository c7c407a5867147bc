namespace Stele.Replication.Network;

/// <summary>etcd has taken nothing of a batch, nor ever will.</summary>
internal sealed class NotOrderedException(string message, Exception? cause = null) : Exception(message, cause);
