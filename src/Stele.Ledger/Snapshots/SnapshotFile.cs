using Stele.Ledger.Entries;

namespace Stele.Ledger.Snapshots;

/// <summary>The two parts of a snapshot's file.</summary>
/// <param name="Entry">The snapshot's entry.</param>
/// <param name="Receipt">The receipt of the transaction that vouches for it.</param>
public sealed record SnapshotFile(ReadOnlyMemory<byte> Entry, SnapshotReceipt Receipt)
{
    /// <summary>Takes a file apart; what the entry says is not read.</summary>
    /// <param name="bytes">The whole file. They are kept, not copied.</param>
    /// <exception cref="FormatException">It has not these two parts.</exception>
    public static SnapshotFile Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < EntryFormat.PublicOffset) throw new FormatException($"A snapshot file of {bytes.Length} bytes.");
        var size = LedgerEntry.SizeOf(bytes.Span);
        if (size >= bytes.Length) throw new FormatException("The snapshot file ends before its receipt.");
        return new SnapshotFile(bytes[..size], SnapshotReceiptJson.Read(bytes[size..]));
    }

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes() => [.. Entry.Span, .. SnapshotReceiptJson.Write(Receipt)];
}
