namespace Stele.Etcd;

/// <summary>
/// A write may have reached etcd, and no answer says what became of it: it may be taken, or be taken still. Only reading
/// tells, and only a transaction that compares can make sure that it is not taken later.
/// </summary>
public sealed class EtcdOutcomeUnknownException(string message, Exception? cause = null) : Exception(message, cause);
