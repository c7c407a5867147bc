using FsCheck;
using FsCheck.Fluent;
using Stele.Cryptography;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;
using Stele.Ledger.Snapshots;

namespace Stele.Ledger.Tests.Snapshots;

/// <summary>Snapshots over random histories, held against a naive model.</summary>
public sealed class SnapshotPropertyTests : IDisposable
{
    private readonly LedgerSecret _secret = LedgerSecret.Generate();

    public void Dispose() => _secret.Dispose();

    [Fact]
    public void A_snapshot_brings_back_the_state_of_any_history() =>
        Prop.ForAll(History.Arbitrary, history =>
        {
            var tables = history.Tables();
            Assert.Equal(history.Model(), History.Text(tables));
            Assert.Equal(history.Model(), History.Text(Open(Write(history)).ToTables()));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_state_that_came_out_of_a_snapshot_gives_the_same_snapshot() =>
        Prop.ForAll(History.Arbitrary, history =>
        {
            var bytes = Write(history);
            var contents = Open(bytes);
            Assert.Equal(bytes, SnapshotWriter.Write(contents, _secret));
            var signature = contents.Row(TableNames.Signatures, TableNames.SingleKey);
            Assert.Equal("signature"u8, signature!.Value.Span);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_changed_bit_is_refused() =>
        Prop.ForAll(History.Arbitrary, ArbMap.Default.ArbFor<uint>(), (history, place) =>
        {
            var bytes = Write(history);
            var bit = place % ((uint)bytes.Length * 8);
            bytes[bit / 8] ^= (byte)(1 << (int)(bit % 8));
            Assert.False(IsAccepted(bytes), $"bit {bit} of {bytes.Length} bytes");
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Each_bit_of_a_small_one_is_refused_when_changed()
    {
        var bytes = Write(new History([[new Write("public:records", [1], [2]), new Write("records", [3], [4])]]));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(IsAccepted(bytes), $"bit {bit} of {bytes.Length} bytes");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
        Assert.True(IsAccepted(bytes));
    }

    [Fact]
    public void Each_shorter_or_longer_one_is_refused()
    {
        var bytes = Write(new History([[new Write("public:records", [1], [2]), new Write("records", [3], [4])]]));
        for (var size = 0; size < bytes.Length; size++)
            Assert.Throws<FormatException>(() => SnapshotReader.Parse(bytes.AsMemory(0, size)));
        Assert.Throws<FormatException>(() => SnapshotReader.Parse((byte[])[.. bytes, 0]));
    }

    [Fact]
    public void Bytes_that_are_none_are_refused_by_one_exception() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), History.Arbitrary, (noise, history) =>
        {
            Assert.False(IsAccepted(noise));
            // Noise behind a good head comes as far as the tables.
            var bytes = Write(history);
            var end = EntryFormat.PublicOffset + SnapshotFormat.FixedPublicSize;
            noise.AsSpan(0, Math.Min(noise.Length, bytes.Length - end)).CopyTo(bytes.AsSpan(end));
            _ = IsAccepted(bytes);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_removed_key_of_an_old_service_stays_removed()
    {
        var contents = Open(Write(new History([[new Write("public:records", [1], [2])]])));
        var tombstone = new SnapshotTable(
            new TableName("public:old"), SeqNo.First, [new SnapshotRow(new byte[] { 7 }, SeqNo.First, null)]);
        var opened = Open(SnapshotWriter.Write(contents with { Tables = [.. contents.Tables, tombstone] }, _secret));
        var row = Assert.Single(opened.Tables.Single(table => table.Name == tombstone.Name).Rows);
        Assert.Equal((SeqNo.First, false), (row.Version, row.Value.HasValue));
        Assert.False(opened.ToTables().TryGet(tombstone.Name, row.Key, out _));
    }

    private byte[] Write(History history)
    {
        var signature = new WriteSet();
        signature.Put(TableNames.Signatures, TableNames.SingleKey, "signature"u8.ToArray());
        var contents = SnapshotContents.Of(
            history.Tables(), history.Last, Digest.Of("leaf"u8), signature, [SeqNo.First, SeqNo.First, history.Last]);
        return SnapshotWriter.Write(contents, _secret);
    }

    private SnapshotContents Open(byte[] bytes)
    {
        Assert.True(SnapshotReader.Parse(bytes).TryOpen(_secret, out var contents));
        return contents;
    }

    private bool IsAccepted(byte[] bytes)
    {
        try
        {
            return SnapshotReader.Parse(bytes).TryOpen(_secret, out _);
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
