namespace Stele.Ledger.Tables;

/// <summary>Keys of a table in the order of their bytes.</summary>
internal sealed class KeyOrder : IComparer<ReadOnlyMemory<byte>>
{
    public static readonly KeyOrder Instance = new();

    public int Compare(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceCompareTo(y.Span);
}
