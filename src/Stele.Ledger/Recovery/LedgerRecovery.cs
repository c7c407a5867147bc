using System.Collections.Immutable;
using Stele.Cryptography;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Audit;
using Stele.Ledger.Collections;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Signatures;

namespace Stele.Ledger.Recovery;

/// <summary>Opens a ledger directory: verifies all of it, cuts off what a crash left half-written, refuses all else.</summary>
/// <remarks>
/// What a crash may leave is known exactly: bytes behind the end that the head remembers, in the last file, that are not
/// an entry. None of that was answered to anyone. Anything wrong before that end is damage, and the start is refused.
/// </remarks>
public sealed class LedgerRecovery
{
    private readonly string _directory;
    private readonly LedgerHeadRecord? _head;
    private readonly LedgerValidator _validator;
    private readonly LedgerState _state;
    private readonly ImmutableArray<ClosedChunk>.Builder _closed = ImmutableArray.CreateBuilder<ClosedChunk>();
    private ChunkWriter? _open;
    private bool _durableSeen;
    private (TransactionId Id, Digest Root)? _committed;
    private Digest? _rootAtHead;

    private LedgerRecovery(string directory, LedgerSecret secret, LedgerHeadRecord? head, CollectionIndex collections)
    {
        _state = new LedgerState(collections);
        (_directory, _head) = (directory, head);
        _validator = new LedgerValidator(new LedgerSecrets(secret), SignatureChecks.Last);
    }

    /// <summary>Opens a ledger directory, which may be empty.</summary>
    /// <param name="directory">The directory of ledger files.</param>
    /// <param name="secret">The secret that the ledger is sealed with.</param>
    /// <param name="head">What the node remembers of it; none where there is no ledger yet.</param>
    /// <param name="acceptEnd">Whether a ledger that ends before the head is taken as it is.</param>
    /// <param name="chunkBytes">The size in bytes at which a file is closed.</param>
    /// <param name="collections">The index of its collections, which takes in what it does not know yet.</param>
    /// <exception cref="LedgerCorruptException">The ledger is damaged, or ends too early.</exception>
    public static RecoveredLedger Open(
        string directory, LedgerSecret secret, LedgerHeadRecord? head, bool acceptEnd, long chunkBytes,
        CollectionIndex collections)
    {
        var chunks = LedgerDirectory.Chunks(directory);
        if (head is null && chunks.Count > 0 && !acceptEnd)
            throw new LedgerCorruptException(directory, 0, null, "no head file beside it says how far the ledger reaches");
        // Who says so may have put another ledger in place: what was indexed may speak of the one before it.
        if (acceptEnd) collections.Align(SeqNo.None);
        var recovery = new LedgerRecovery(directory, secret, acceptEnd ? null : head, collections);
        foreach (var chunk in chunks) recovery.Read(chunk, isLast: chunk == chunks[^1]);
        recovery.CheckSignature();
        recovery.CheckEnd();
        collections.Align(recovery._state.Position.SeqNo);
        return new RecoveredLedger(
            new LedgerFiles(directory, chunkBytes, recovery._closed.ToImmutable(), recovery._open),
            recovery._state, recovery._validator.Tree, recovery._committed);
    }

    private void Read(ChunkPath chunk, bool isLast)
    {
        var mayBeTorn = isLast && !chunk.Name.IsCommitted;
        if (mayBeTorn && new FileInfo(chunk.Path).Length < ChunkWriter.HeaderSize && IsBehindHead(chunk, end: 0))
        {
            File.Delete(chunk.Path);
            return;
        }
        using var reader = ChunkReader.Open(chunk);
        var positions = new List<uint>();
        long end = ChunkWriter.HeaderSize;
        try
        {
            while (reader.TryReadNext(out var offset, out var bytes))
            {
                Accept(chunk.Path, offset, bytes);
                positions.Add(checked((uint)offset));
                end = offset + bytes.Length;
            }
        }
        catch (LedgerCorruptException) when (mayBeTorn && !reader.IsComplete && IsBehindHead(chunk, end))
        {
            // A torn batch: nothing from here on was ever answered, and it is cut off.
        }
        Keep(chunk, reader.IsComplete, positions, end);
    }

    // Whether everything from an offset on is behind what the node remembers as durable.
    private bool IsBehindHead(ChunkPath chunk, long end) =>
        _head is null
        || chunk.Name.First > _head.Durable.SeqNo
        || (chunk.Name.First == _head.End.File && end >= _head.End.Length);

    private void Accept(string path, long offset, ReadOnlyMemory<byte> bytes)
    {
        var entry = Parse(path, offset, bytes);
        var privateWrites = _validator.Accept(entry, path, offset);
        _state.Apply(entry.Id, entry.PublicWrites);
        if (!privateWrites.IsEmpty) _state.Apply(entry.Id, privateWrites);
        Remember(entry);
    }

    private void Remember(LedgerEntry entry)
    {
        if (SignatureRecord.IsSignature(entry)) _committed = (entry.Id, _validator.Tree.Root);
        if (entry.Id == _head?.Durable) _durableSeen = true;
        if (entry.Id == _head?.Committed) _rootAtHead = _validator.Tree.Root;
    }

    private static LedgerEntry Parse(string path, long offset, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return LedgerEntry.Parse(bytes);
        }
        catch (FormatException damage)
        {
            throw new LedgerCorruptException(path, offset, null, damage.Message);
        }
    }

    private void Keep(ChunkPath chunk, bool isComplete, List<uint> positions, long end)
    {
        var first = chunk.Name.First;
        if (!isComplete)
        {
            _open = ChunkWriter.Resume(_directory, first, positions, end);
            return;
        }
        var last = new SeqNo(first.Value + positions.Count - 1);
        var path = Path.Combine(_directory, new ChunkName(first, last).ToString());
        // A crash between a file's completion and its renaming is made good here.
        if (!chunk.Name.IsCommitted) Durable.Rename(chunk.Path, path);
        _closed.Add(new ClosedChunk(path, first, last));
    }

    private void CheckSignature()
    {
        try
        {
            _validator.CheckLastSignature();
        }
        catch (FormatException fault)
        {
            throw new LedgerCorruptException(_directory, 0, _validator.LastSigned.SeqNo, fault.Message);
        }
    }

    private void CheckEnd()
    {
        if (_head is null) return;
        if (_head.Durable.SeqNo > SeqNo.None && !_durableSeen)
            throw EndsEarly($"transaction {_head.Durable} is missing, which was durable on this node");
        if (_head.Committed.SeqNo > SeqNo.None && _rootAtHead != _head.CommittedRoot)
            throw EndsEarly($"it is not the ledger whose transaction {_head.Committed} was committed on this node");
    }

    private LedgerCorruptException EndsEarly(string reason)
    {
        var file = _open is { } open ? new ChunkName(open.First, null).ToString() : "";
        return new LedgerCorruptException(
            Path.Combine(_directory, file), _open?.Length ?? 0, _state.Position.SeqNo, reason);
    }
}
