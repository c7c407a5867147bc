using System.Buffers;
using Stele.Ledger.Copying;
using Stele.Ledger.Files;

namespace Stele.Replication.Network;

/// <summary>Copies files from peers to the disk, a piece in memory at a time, and goes on with what was interrupted.</summary>
internal sealed class PeerFiles(IncomingLedger incoming)
{
    private const int PieceBytes = 128 << 10;

    // Positions in a ledger file have 32 bits.
    private const long FileBytesMax = 5L << 30;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Copies a file, verifies it and keeps it.</summary>
    /// <param name="peer">Who has it.</param>
    /// <param name="file">The file.</param>
    /// <param name="verify">Verifies the file at a path.</param>
    /// <param name="renew">Makes ready to verify once more, after a failure.</param>
    /// <param name="cancel">Ends the copying; what is there stays.</param>
    /// <exception cref="LedgerCorruptException">It does not verify: it is deleted.</exception>
    /// <exception cref="IOException">The peer gave no more.</exception>
    /// <exception cref="WriteRefusedException">This node's disk takes no more.</exception>
    public async Task CopyAsync(IPeer peer, PeerFile file, Action<string> verify, Action renew, CancellationToken cancel)
    {
        if (file.Size is <= 0 or > FileBytesMax) throw new IOException($"{file.Name} is said to have {file.Size} bytes.");
        var part = incoming.PartOf(file.Name);
        var begun = LengthOf(part);
        await FetchAsync(peer, file, part, cancel);
        try
        {
            Verify(part, verify);
        }
        catch (LedgerCorruptException) when (begun > 0)
        {
            // Another peer may have begun it: this one is judged by what it gives alone.
            renew();
            await FetchAsync(peer, file, part, cancel);
            Verify(part, verify);
        }
        Refusable(() => incoming.Keep(file.Name));
    }

    private static void Verify(string part, Action<string> verify)
    {
        try
        {
            verify(part);
        }
        catch (LedgerCorruptException)
        {
            File.Delete(part);
            throw;
        }
    }

    private static long LengthOf(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    private static async Task FetchAsync(IPeer peer, PeerFile file, string part, CancellationToken cancel)
    {
        if (LengthOf(part) > file.Size) File.Delete(part);
        var offset = LengthOf(part);
        if (offset == file.Size) return;
        await using var stream = await peer.ReadAsync(file, offset, cancel);
        await using var copy = Open(part);
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            while (offset < file.Size)
            {
                var got = await ReadAsync(stream, piece, cancel);
                if (got == 0) throw new IOException($"{file.Name} was cut off at byte {offset} of {file.Size}.");
                if (offset + got > file.Size) throw new IOException($"{file.Name} has more bytes than the {file.Size} that were said.");
                await WriteAsync(copy, piece.AsMemory(0, got), cancel);
                offset += got;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private static async Task<int> ReadAsync(Stream stream, byte[] piece, CancellationToken cancel)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        soon.CancelAfter(Patience);
        try
        {
            return await stream.ReadAsync(piece, soon.Token);
        }
        catch (OperationCanceledException silence) when (!cancel.IsCancellationRequested)
        {
            throw new IOException("It was silent for too long.", silence);
        }
    }

    private static FileStream Open(string part)
    {
        FileStream? opened = null;
        Refusable(() => opened = new FileStream(part, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0));
        return opened!;
    }

    // What this node's own disk refuses is no fault of the peer's.
    private static void Refusable(Action write)
    {
        try
        {
            write();
        }
        catch (IOException refusal)
        {
            throw new WriteRefusedException(refusal);
        }
    }

    private static async Task WriteAsync(FileStream copy, ReadOnlyMemory<byte> piece, CancellationToken cancel)
    {
        try
        {
            await copy.WriteAsync(piece, cancel);
        }
        catch (IOException refusal)
        {
            throw new WriteRefusedException(refusal);
        }
    }
}
