using Stele.Ledger.Files;

namespace Stele.Ledger.Audit;

/// <summary>A piece of a ledger file.</summary>
/// <param name="Chunk">The file.</param>
internal abstract record LedgerPiece(ChunkPath Chunk)
{
    /// <summary>Entries of it.</summary>
    internal sealed record Entries(ChunkPath Chunk, EntryBlock Block) : LedgerPiece(Chunk);

    /// <summary>Its end.</summary>
    internal sealed record End(ChunkPath Chunk) : LedgerPiece(Chunk);

    /// <summary>A place behind which it cannot be read: the last piece.</summary>
    internal sealed record Damage(ChunkPath Chunk, LedgerCorruptException Reason) : LedgerPiece(Chunk);
}

/// <summary>Reads the files of a ledger from the first to the last, piece by piece.</summary>
internal sealed class LedgerPieces(IReadOnlyList<ChunkPath> chunks, int blockSize) : IDisposable
{
    private int _index;
    private ChunkReader? _reader;

    /// <summary>The next piece; null behind the last.</summary>
    public LedgerPiece? Next()
    {
        if (_index == chunks.Count) return null;
        var chunk = chunks[_index];
        try
        {
            _reader ??= ChunkReader.Open(chunk);
            if (_reader.TryReadBlock(blockSize, out var block)) return new LedgerPiece.Entries(chunk, block);
        }
        catch (LedgerCorruptException damage)
        {
            _index = chunks.Count;
            return new LedgerPiece.Damage(chunk, damage);
        }
        _reader.Dispose();
        _reader = null;
        _index++;
        return new LedgerPiece.End(chunk);
    }

    /// <inheritdoc/>
    public void Dispose() => _reader?.Dispose();
}
