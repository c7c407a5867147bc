namespace Stele.Etcd;

/// <summary>No member served a request. A write that ends with this was surely not taken: it may be sent again.</summary>
public sealed class EtcdUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
