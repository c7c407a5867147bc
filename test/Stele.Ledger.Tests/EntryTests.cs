using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Stele.Cryptography;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;

namespace Stele.Ledger.Tests;

/// <summary>Entries there and back, and everything else refused.</summary>
public sealed class EntryTests : IDisposable
{
    private const int Mutations = 100_000;

    private readonly LedgerSecret _secret = LedgerSecret.Generate();

    public void Dispose() => _secret.Dispose();

    [Fact]
    public void What_is_encoded_is_read_back_and_opens() => Prop.ForAll<NonNull<string>[], byte[]>((keys, value) =>
    {
        var writes = new WriteSet();
        foreach (var (key, i) in keys.Select((key, i) => (Encoding.UTF8.GetBytes(key.Get), i)))
        {
            var table = new TableName(i % 2 == 0 ? $"public:table {i % 3}" : $"private {i % 3}");
            if (i % 5 == 4) writes.Remove(table, key);
            else writes.Put(table, key, value);
        }
        var id = TransactionId.Of(3, 1 + keys.Length);
        var encoded = EntryEncoder.Encode(id, writes, Digest.Of(value), _secret, EntryFlags.ForceChunkAfter);
        var entry = LedgerEntry.Parse(encoded.Bytes);
        Assert.Equal((id, EntryFlags.ForceChunkAfter, Digest.Of(value)), (entry.Id, entry.Flags, entry.ClaimsDigest));
        Assert.Equal(encoded.Leaf, entry.Leaf);
        Assert.True(entry.TryOpen(_secret, out var privateWrites));
        Assert.Equal(Rows(writes), Rows(entry.PublicWrites).Concat(Rows(privateWrites)).Order(StringComparer.Ordinal));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Mutated_bytes_are_read_or_refused_by_the_one_documented_exception()
    {
        var writes = new WriteSet();
        writes.Put(new TableName("public:a"), "key"u8.ToArray(), "value"u8.ToArray());
        writes.Put(new TableName("private"), "key"u8.ToArray(), "value"u8.ToArray());
        writes.Remove(new TableName("public:b"), "gone"u8.ToArray());
        var good = EntryEncoder.Encode(TransactionId.Of(2, 9), writes, Digest.Zero, _secret, EntryFlags.None).Bytes.ToArray();
        var random = new Random(1);
        var refused = 0;
        for (var i = 0; i < Mutations; i++)
        {
            var bytes = Mutated(good, random);
            try
            {
                var entry = LedgerEntry.Parse(bytes);
                Assert.Equal(bytes.Length, entry.Size);
            }
            catch (FormatException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, Mutations / 10, Mutations - 1);
    }

    [Fact]
    public void A_secret_opens_what_it_sealed_under_that_id_alone()
    {
        using var other = LedgerSecret.Generate();
        var writes = new WriteSet();
        writes.Put(new TableName("private"), "key"u8.ToArray(), "value"u8.ToArray());
        var entry = LedgerEntry.Parse(EntryEncoder.Encode(TransactionId.Of(2, 9), writes, Digest.Zero, _secret, EntryFlags.None).Bytes);
        Assert.True(entry.TryOpen(_secret, out _));
        Assert.False(entry.TryOpen(other, out var nothing));
        Assert.True(nothing.IsEmpty);
    }

    [Theory]
    [InlineData("ledger_1", 1L, null)]
    [InlineData("ledger_1-20.committed", 1L, 20L)]
    [InlineData("ledger_21-21.committed", 21L, 21L)]
    [InlineData("ledger_7.recovery", 7L, null)]
    public void File_names_are_read(string text, long first, long? last)
    {
        Assert.True(ChunkName.TryParse(text, out var name));
        Assert.Equal((first, last), (name.First.Value, name.Last?.Value));
    }

    [Theory]
    [InlineData("ledger_")]
    [InlineData("ledger_0")]
    [InlineData("ledger_01")]
    [InlineData("ledger_-1")]
    [InlineData("ledger_2-1.committed")]
    [InlineData("ledger_1-2")]
    [InlineData("ledger_1.committed")]
    [InlineData("ledger_1-2.committed.bak")]
    [InlineData("snapshot_1")]
    public void Other_names_are_no_ledger_files(string text) => Assert.False(ChunkName.TryParse(text, out _));

    private static byte[] Mutated(byte[] good, Random random)
    {
        var bytes = random.Next(10) == 0 ? good[..random.Next(good.Length)] : (byte[])good.Clone();
        for (var left = random.Next(1, 4); left > 0 && bytes.Length > 0; left--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }

    private static IEnumerable<string> Rows(WriteSet writes) =>
        from table in writes.Tables
        from write in table.Writes
        let value = write.Value is { } bytes ? Convert.ToHexString(bytes.Span) : "removed"
        let row = $"{table.Name} {Convert.ToHexString(write.Key.Span)} {value}"
        orderby row
        select row;
}
