namespace Stele.Etcd;

/// <summary>What must be so for a transaction to succeed. A key that is not there has revisions and version 0.</summary>
/// <param name="Key">The key looked at.</param>
public abstract record EtcdCompare(ReadOnlyMemory<byte> Key)
{
    /// <summary>The key is not there.</summary>
    public static EtcdCompare Absent(ReadOnlyMemory<byte> key) => new CreateRevisionIs(key, 0);

    /// <summary>The key was created in this revision.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Revision">The revision.</param>
    public sealed record CreateRevisionIs(ReadOnlyMemory<byte> Key, long Revision) : EtcdCompare(Key);

    /// <summary>The key was last changed in this revision.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Revision">The revision.</param>
    public sealed record ModRevisionIs(ReadOnlyMemory<byte> Key, long Revision) : EtcdCompare(Key);

    /// <summary>The key was put so often since it was created.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Version">How often.</param>
    public sealed record VersionIs(ReadOnlyMemory<byte> Key, long Version) : EtcdCompare(Key);

    /// <summary>The key was put more often than that.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Version">The version that its own is above; 0 for a key that is there.</param>
    public sealed record VersionIsAbove(ReadOnlyMemory<byte> Key, long Version) : EtcdCompare(Key);

    /// <summary>The key is there and has this value.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Value">The value.</param>
    public sealed record ValueIs(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value) : EtcdCompare(Key);
}
