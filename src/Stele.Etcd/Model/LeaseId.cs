namespace Stele.Etcd;

/// <summary>The id that etcd gave a lease; never 0.</summary>
/// <param name="Value">The number.</param>
public readonly record struct LeaseId(long Value);
