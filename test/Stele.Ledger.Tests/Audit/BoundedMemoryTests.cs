using System.Buffers.Binary;
using Stele.Cryptography;
using Stele.Cryptography.Merkle;
using Stele.Ledger.Audit;
using Stele.Ledger.Files;

namespace Stele.Ledger.Tests.Audit;

/// <summary>What an audit holds does not grow with a ledger or a file of it.</summary>
public sealed class BoundedMemoryTests
{
    private const int EntryHeader = 8;

    [Fact]
    public void A_huge_file_is_read_in_blocks_of_whole_entries()
    {
        using var file = new LedgerFile(Enumerable.Range(0, 5000).Select(i => 100 + (i * 37 % 3000)));
        using var reader = ChunkReader.Open(file.Chunk);
        var (entries, offset) = (0L, (long)EntryHeader);
        while (reader.TryReadBlock(1 << 16, out var block))
        {
            Assert.InRange(block.Size, 1, 1 << 16);
            Assert.Equal((entries + 1, offset), (block.First.Value, block.OffsetOf(0)));
            entries += block.Count;
            offset += block.Size;
            block.Dispose();
        }
        Assert.Equal((5000, file.Length), (entries, offset));
    }

    [Fact]
    public void An_entry_that_is_larger_than_a_block_is_a_block_of_its_own()
    {
        using var file = new LedgerFile([200, 90_000, 300, 400]);
        using var reader = ChunkReader.Open(file.Chunk);
        var blocks = new List<(int Count, int Size)>();
        while (reader.TryReadBlock(1000, out var block))
        {
            blocks.Add((block.Count, block.Size));
            block.Dispose();
        }
        Assert.Equal([(1, 200), (1, 90_000), (2, 700)], blocks);
    }

    [Fact]
    public void Of_a_ledger_that_nobody_signs_the_oldest_leaves_can_no_longer_be_named()
    {
        var (run, tree) = (new UnsignedRun(), new MerkleTree());
        for (long seqno = 1; seqno <= UnsignedRun.Max; seqno++)
        {
            run.Append(Digest.Of(BitConverter.GetBytes(seqno)), "file", seqno);
            // Two leaves are not what was signed: one of the oldest, and the last.
            tree.Append(seqno is 10 or UnsignedRun.Max ? Digest.Zero : Digest.Of(BitConverter.GetBytes(seqno)));
        }
        var named = Assert.Throws<LedgerCorruptException>(() => run.NameTheWrongLeaf(new StoredMerkleTree(MerkleTreeFormat.Write(tree))));
        Assert.Equal(UnsignedRun.Max, named.SeqNo!.Value.Value);
    }

    /// <summary>An open ledger file of entries that have a header and nothing in them.</summary>
    private sealed class LedgerFile : IDisposable
    {
        private readonly string _directory = Directory.CreateTempSubdirectory("stele-test-").FullName;

        public LedgerFile(IEnumerable<int> sizes)
        {
            Chunk = new ChunkPath(Path.Combine(_directory, "ledger_1"), new ChunkName(SeqNo.First, null));
            using var file = File.Create(Chunk.Path);
            file.Write(new byte[EntryHeader]);
            foreach (var size in sizes)
            {
                var entry = new byte[size];
                BinaryPrimitives.WriteInt64LittleEndian(entry, (long)(size - EntryHeader) << 16);
                entry[0] = 1;
                file.Write(entry);
            }
            Length = file.Length;
        }

        public ChunkPath Chunk { get; }

        public long Length { get; }

        public void Dispose() => Directory.Delete(_directory, recursive: true);
    }
}
