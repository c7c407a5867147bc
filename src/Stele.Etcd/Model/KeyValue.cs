namespace Stele.Etcd;

/// <summary>A key as etcd holds it.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">Its value; empty where only keys were asked for.</param>
/// <param name="CreateRevision">The revision in which the key was created.</param>
/// <param name="ModRevision">The revision of its last change.</param>
/// <param name="Version">How often it was put since then; 1 for a new key.</param>
/// <param name="Lease">The lease that it goes with; null where there is none.</param>
public sealed record KeyValue(
    ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, long CreateRevision, long ModRevision, long Version, LeaseId? Lease);
