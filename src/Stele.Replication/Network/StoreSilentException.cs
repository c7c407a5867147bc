namespace Stele.Replication.Network;

/// <summary>etcd did not say what became of a batch: it may have been ordered, or not.</summary>
internal sealed class StoreSilentException(string message, Exception? cause = null) : Exception(message, cause);
