namespace Stele.Etcd;

/// <summary>A member of the cluster is of a version that is not supported.</summary>
public sealed class EtcdUnsupportedException(string message) : Exception(message);
