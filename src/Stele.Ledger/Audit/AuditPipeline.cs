using Stele.Ledger.Files;

namespace Stele.Ledger.Audit;

/// <summary>Reads a ledger's pieces ahead, has their entries checked on other threads, and gives them out in order.</summary>
/// <remarks>
/// Two blocks for each worker are held at once, however large the ledger or a file of it is: reading ahead hides that blocks
/// take unequal time.
/// </remarks>
internal sealed class AuditPipeline(IReadOnlyList<ChunkPath> chunks, AuditOptions options) : IAsyncDisposable
{
    private const int PiecesPerWorker = 2;

    private readonly LedgerPieces _pieces = new(chunks, options.BlockSize);
    private readonly Queue<(LedgerPiece Piece, Task<CheckedBlock>? Check)> _ahead = new();

    /// <summary>The next piece; null behind the last. The caller disposes of the block.</summary>
    public async Task<(LedgerPiece Piece, CheckedBlock? Block)?> NextAsync()
    {
        while (_ahead.Count < PiecesPerWorker * options.Workers && _pieces.Next() is { } piece)
            _ahead.Enqueue((piece, piece is LedgerPiece.Entries entries ? CheckedBlock.CheckAsync(entries.Block, options.Secrets) : null));
        if (!_ahead.TryDequeue(out var next)) return null;
        return (next.Piece, next.Check is { } check ? await check.ConfigureAwait(false) : null);
    }

    /// <summary>Waits for what is still being checked, of which nothing is wanted any more.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_ahead.TryDequeue(out var next))
            if (next.Check is { } check) (await check.ConfigureAwait(false)).Dispose();
        _pieces.Dispose();
    }
}
