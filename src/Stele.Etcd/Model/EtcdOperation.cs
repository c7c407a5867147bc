namespace Stele.Etcd;

/// <summary>What a transaction does: <see cref="Put"/>, <see cref="Delete"/> or <see cref="Range"/>.</summary>
public abstract record EtcdOperation
{
    private EtcdOperation()
    {
    }

    /// <summary>Puts a value under a key.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Value">The value.</param>
    /// <param name="Lease">The lease with which the key goes; null for none.</param>
    public sealed record Put(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, LeaseId? Lease = null) : EtcdOperation;

    /// <summary>Deletes keys.</summary>
    /// <param name="Keys">Which.</param>
    public sealed record Delete(KeyRange Keys) : EtcdOperation;

    /// <summary>Reads keys.</summary>
    /// <param name="Query">Which, and how.</param>
    public sealed record Range(RangeQuery Query) : EtcdOperation;
}
