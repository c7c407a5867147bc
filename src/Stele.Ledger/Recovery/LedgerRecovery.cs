using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Stele.Cryptography;
using Stele.Ledger.Audit;
using Stele.Ledger.Collections;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Proofs;
using Stele.Ledger.Signatures;
using Stele.Ledger.Snapshots;

namespace Stele.Ledger.Recovery;

/// <summary>
/// Opens a ledger directory: verifies it from the last snapshot on, or all of it, cuts off what a crash left half-written,
/// refuses all else.
/// </summary>
/// <remarks>
/// What a crash may leave is known exactly: bytes behind the end that the head remembers, in the last file, that are not
/// an entry. None of that was answered to anyone. Anything wrong before that end is damage, and the start is refused.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "What it opens goes to whom it recovers the ledger for.")]
public sealed class LedgerRecovery
{
    private readonly RecoveryOptions _options;
    private readonly LedgerHeadRecord? _head;
    private readonly LedgerValidator _validator;
    private readonly LedgerState _state;
    private readonly ImmutableArray<ClosedChunk>.Builder _closed = ImmutableArray.CreateBuilder<ClosedChunk>();
    private readonly SnapshotSearch _search;

    // Entries up to here are vouched for by the snapshot: of these, only what the indexes lack is read.
    private readonly SeqNo _snapshot;
    private readonly SeqNo _from;

    private ChunkWriter? _open;
    private bool _durableSeen;
    private (TransactionId Id, Digest Root)? _committed;
    private Digest? _rootAtHead;
    private long _entries;

    private LedgerRecovery(RecoveryOptions options, IReadOnlyList<ChunkPath> chunks)
    {
        _options = options;
        _head = options.AcceptEnd ? null : options.Head;
        _validator = new LedgerValidator(options.Secrets, SignatureChecks.Last);
        _search = FindSnapshot(chunks);
        _snapshot = _search.Found?.Contents.SeqNo ?? SeqNo.None;
        // Who accepts an end may have put another ledger in place: what was indexed may speak of the one before it.
        var last = _head?.Durable.SeqNo ?? SeqNo.None;
        var proofs = ProofIndex.Open(Path.Combine(options.IndexDirectory, "proofs"), last, _snapshot);
        try
        {
            var collections = CollectionIndex.Open(Path.Combine(options.IndexDirectory, "collections"), options.Secrets);
            if (options.AcceptEnd) collections.Align(SeqNo.None);
            _state = new LedgerState(proofs, collections, options.Secrets, options.SnapshotEntries);
        }
        catch
        {
            proofs.Dispose();
            throw;
        }
        _from = FirstToRead();
    }

    /// <summary>Opens a ledger directory.</summary>
    /// <exception cref="LedgerCorruptException">The ledger is damaged, or ends too early.</exception>
    public static RecoveredLedger Open(RecoveryOptions options)
    {
        var directory = options.LedgerDirectory;
        var chunks = LedgerDirectory.Chunks(directory);
        if (options.Head is null && chunks.Count > 0 && !options.AcceptEnd)
            throw new LedgerCorruptException(directory, 0, null, "no head file beside it says how far the ledger reaches");
        var recovery = new LedgerRecovery(options, chunks);
        try
        {
            if (recovery._search.Found is { } found) recovery.Resume(found.Contents);
            return recovery.Read(chunks);
        }
        catch
        {
            recovery._open?.Dispose();
            recovery._state.Dispose();
            throw;
        }
    }

    private RecoveredLedger Read(IReadOnlyList<ChunkPath> chunks)
    {
        foreach (var chunk in chunks) Read(chunk, isLast: chunk == chunks[^1]);
        CheckSignature();
        CheckEnd();
        _state.Collections.Align(_state.Position.SeqNo);
        DeleteSnapshotsOfOtherLedgers();
        return new RecoveredLedger(
            new LedgerFiles(_options.LedgerDirectory, _options.ChunkBytes, _closed.ToImmutable(), _open),
            _state, _validator, _committed, new LedgerStart(_snapshot, _entries, _search.Skipped));
    }

    // The head's own commit is looked for behind the snapshot, so that the memory of it is compared in any case.
    private SnapshotSearch FindSnapshot(IReadOnlyList<ChunkPath> chunks)
    {
        if (_head is null || _options.ReadsAll) return new SnapshotSearch(null, []);
        var verifier = new SnapshotVerifier(_options.Service, _options.Secrets.Known);
        return new SnapshotDirectory(_options.SnapshotDirectory).FindNewest(
            verifier, upTo: _head.Committed.SeqNo, snapshot => IsRecorded(snapshot, chunks));
    }

    // A receipt says that some ledger of this service recorded the snapshot: this one must have, at the same place.
    private static bool IsRecorded(SnapshotVerdict.Verified snapshot, IReadOnlyList<ChunkPath> chunks)
    {
        if (chunks.LastOrDefault(chunk => chunk.Name.First <= snapshot.Evidence.SeqNo) is not { } chunk) return false;
        try
        {
            using var reader = ChunkReader.Open(chunk);
            for (var seqno = chunk.Name.First; reader.TryReadNext(out _, out var bytes); seqno = seqno.Next)
            {
                if (seqno != snapshot.Evidence.SeqNo) continue;
                var entry = LedgerEntry.Parse(bytes);
                return entry.Id == snapshot.Evidence && entry.ClaimsDigest == snapshot.Digest;
            }
        }
        catch (Exception damage) when (damage is LedgerCorruptException or FormatException)
        {
            // What is read of this file later says what is wrong with it.
        }
        return false;
    }

    // They would be taken for the newest ones, now or when the ledger has come as far.
    private void DeleteSnapshotsOfOtherLedgers()
    {
        foreach (var other in _search.Skipped.Where(snapshot => snapshot.IsOfAnotherLedger)) File.Delete(other.Path);
        var directory = new SnapshotDirectory(_options.SnapshotDirectory);
        foreach (var snapshot in directory.List().Snapshots)
            if (_options.AcceptEnd || snapshot.Name.Evidence > _state.Position.SeqNo) File.Delete(snapshot.Path);
    }

    // What the indexes lack of the snapshot's neighbourhood is read at once; what they lack further back, behind the start.
    private SeqNo FirstToRead()
    {
        var lacking = _state.Collections.End < _state.Proofs.Next ? _state.Collections.End.Next : _state.Proofs.Next;
        // The run that belongs to the last full tile may have been cut short by a kill.
        var furthest = new SeqNo(Math.Max(1, _state.Proofs.FirstInMemory.Value - ProofIndex.TileEntries));
        if (lacking < furthest) lacking = furthest;
        return lacking <= _snapshot ? lacking : _snapshot.Next;
    }

    private void Resume(SnapshotContents snapshot)
    {
        try
        {
            var id = _validator.Resume(snapshot);
            _state.Resume(snapshot, id);
            _committed = (id, _validator.Tree.Root);
        }
        catch (FormatException fault)
        {
            // It has a receipt, so the service once vouched for it: nothing but a fault of our own can be the cause.
            throw new LedgerCorruptException(_options.SnapshotDirectory, 0, snapshot.SeqNo, fault.Message);
        }
    }

    private void Read(ChunkPath chunk, bool isLast)
    {
        if (chunk.Name.Last is { } last && last < _from)
        {
            _closed.Add(new ClosedChunk(chunk.Path, chunk.Name.First, last));
            return;
        }
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
                Accept(new SeqNo(chunk.Name.First.Value + positions.Count), chunk.Path, offset, bytes);
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

    private void Accept(SeqNo seqno, string path, long offset, ReadOnlyMemory<byte> bytes)
    {
        if (seqno < _from) return;
        var entry = Parse(path, offset, bytes);
        var isOpen = _options.Secrets.Known.For(seqno) is not null;
        if (seqno <= _snapshot) _state.Index(DurableEntry.Of(entry, Open(entry, path, offset), isOpen));
        else
        {
            _state.Apply(DurableEntry.Of(entry, _validator.Accept(entry, path, offset), isOpen));
            _entries++;
            Remember(entry);
        }
    }

    private WriteSet Open(LedgerEntry entry, string path, long offset) =>
        _options.Secrets.Known.For(entry.Id.SeqNo) is not { } secret ? new WriteSet()
            : entry.TryOpen(secret, out var privateWrites)
            ? privateWrites
            : throw new LedgerCorruptException(path, offset, entry.Id.SeqNo, "it does not open under the ledger secret");

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
            _open = ChunkWriter.Resume(_options.LedgerDirectory, first, positions, end);
            return;
        }
        var last = new SeqNo(first.Value + positions.Count - 1);
        var path = Path.Combine(_options.LedgerDirectory, new ChunkName(first, last).ToString());
        // A crash between a file's completion and its renaming is made good here.
        if (!chunk.Name.IsCommitted)
        {
            using (var file = File.OpenHandle(chunk.Path, FileMode.Open, FileAccess.ReadWrite)) Files.Durable.Flush(file);
            Files.Durable.Rename(chunk.Path, path);
        }
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
            throw new LedgerCorruptException(_options.LedgerDirectory, 0, _validator.LastSigned.SeqNo, fault.Message);
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
            Path.Combine(_options.LedgerDirectory, file), _open?.Length ?? 0, _state.Position.SeqNo, reason);
    }
}
