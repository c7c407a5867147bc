using System.Globalization;
using System.Text;
using System.Text.Json;
using Stele.Cryptography;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Snapshots;

/// <summary>
/// What the ledger says of a snapshot: the transaction that writes this claims the snapshot's digest too, so that its
/// receipt proves the snapshot.
/// </summary>
/// <remarks>
/// No other transaction's claims are a snapshot's digest: an application's claims are hashed from a count of them, which a
/// snapshot does not begin with unless there were more than 65,536.
/// </remarks>
/// <param name="Digest">SHA-256 of the snapshot's entry: also the transaction's claims digest.</param>
/// <param name="SeqNo">The signature transaction at which the snapshot was taken.</param>
public sealed record SnapshotEvidence(Digest Digest, SeqNo SeqNo)
{
    /// <summary>The evidence of a snapshot.</summary>
    /// <param name="entry">The snapshot's entry, without a receipt.</param>
    /// <param name="seqno">Its seqno.</param>
    public static SnapshotEvidence Of(ReadOnlySpan<byte> entry, SeqNo seqno) => new(Digest.Of(entry), seqno);

    /// <summary>What a transaction says of a snapshot; null where it says nothing of one.</summary>
    /// <exception cref="FormatException">What it says is not what CCF writes.</exception>
    public static SnapshotEvidence? In(WriteSet writes)
    {
        if (writes.Find(TableNames.SnapshotEvidence) is null) return null;
        try
        {
            if (!writes.TryGet(TableNames.SnapshotEvidence, TableNames.SingleKey.Span, out var row)) return null;
            using var json = JsonDocument.Parse(row);
            return Digest.TryParseHex(json.RootElement.GetProperty("hash").GetString(), out var digest)
                ? new SnapshotEvidence(digest, new SeqNo(json.RootElement.GetProperty("version").GetInt64()))
                : throw new FormatException("The evidence of a snapshot holds no digest.");
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException("The evidence of a snapshot is not in the JSON that CCF writes.", fault);
        }
    }

    /// <summary>The transaction's one row, <c>{"hash": …, "version": …}</c> in JSON as CCF writes it.</summary>
    public WriteSet ToWrites()
    {
        var json = string.Create(CultureInfo.InvariantCulture, $$"""{"hash":"{{Digest.ToHex()}}","version":{{SeqNo.Value}}}""");
        var writes = new WriteSet();
        writes.Put(TableNames.SnapshotEvidence, TableNames.SingleKey, Encoding.ASCII.GetBytes(json));
        return writes;
    }
}
