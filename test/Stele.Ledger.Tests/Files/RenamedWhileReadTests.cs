using Stele.Cryptography;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;

namespace Stele.Ledger.Tests.Files;

/// <summary>A node closes its open file, which gives it another name, whoever else reads the ledger.</summary>
public sealed class RenamedWhileReadTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-test-").FullName;
    private readonly LedgerSecret _secret = LedgerSecret.Generate();

    public void Dispose()
    {
        _secret.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void A_file_that_was_listed_as_open_is_read_after_it_was_closed()
    {
        var listed = Written();
        using var reader = ChunkReader.Open(listed);
        Assert.True(reader.IsComplete);
        Assert.True(reader.TryReadNext(out _, out var bytes));
        Assert.Equal(SeqNo.First, LedgerEntry.Parse(bytes).Id.SeqNo);
        Assert.False(reader.TryReadNext(out _, out _));
    }

    [Fact]
    public void One_that_is_nowhere_is_missing_and_a_closed_one_has_no_other_name()
    {
        var listed = Written();
        var closed = Assert.Single(LedgerDirectory.Chunks(_directory));
        File.Delete(closed.Path);
        Assert.Throws<FileNotFoundException>(() => ChunkReader.Open(listed));
        Assert.Throws<FileNotFoundException>(() => ChunkReader.Open(closed));
    }

    // One entry, in a file that is closed behind whoever has listed it.
    private ChunkPath Written()
    {
        var writes = new WriteSet();
        writes.Put(new TableName("public:a"), "key"u8.ToArray(), "value"u8.ToArray());
        var entry = EntryEncoder.Encode(TransactionId.Of(2, 1), writes, Digest.Zero, _secret, EntryFlags.None).Bytes;
        var writer = ChunkWriter.Create(_directory, SeqNo.First);
        writer.Write([entry]);
        var listed = Assert.Single(LedgerDirectory.Chunks(_directory));
        Assert.False(listed.Name.IsCommitted);
        writer.Close();
        return listed;
    }
}
