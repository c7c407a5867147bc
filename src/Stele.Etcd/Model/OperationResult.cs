namespace Stele.Etcd;

/// <summary>What an operation came to, alone or in a transaction: of the kind of its <see cref="EtcdOperation"/>.</summary>
/// <param name="Revision">The store's revision then: of a write that changed something, its own.</param>
public abstract record OperationResult(long Revision);

/// <summary>A key was put.</summary>
/// <param name="Revision">The revision of the put.</param>
public sealed record PutResult(long Revision) : OperationResult(Revision);

/// <summary>Keys were deleted.</summary>
/// <param name="Revision">The store's revision.</param>
/// <param name="Deleted">How many.</param>
public sealed record DeleteResult(long Revision, long Deleted) : OperationResult(Revision);

/// <summary>Keys were read.</summary>
/// <param name="Revision">The store's revision, not the one asked for.</param>
/// <param name="KeyValues">The keys, in their order.</param>
/// <param name="More">Whether there are more than the limit let through.</param>
/// <param name="Count">How many there are in the range, the limit aside.</param>
public sealed record RangeResult(long Revision, IReadOnlyList<KeyValue> KeyValues, bool More, long Count) : OperationResult(Revision);
