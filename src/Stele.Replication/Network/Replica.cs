using Stele.Cryptography;
using Stele.Cryptography.Merkle;
using Stele.Ledger.Audit;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Recovery;
using Stele.Ledger.Secrets;
using Stele.Replication.Log;
using Stele.Replication.Sequencing;
using Stele.Replication.Telemetry;

namespace Stele.Replication.Network;

/// <summary>This node's own copy of what the network has ordered: files, tables, indexes, and how far they are committed.</summary>
/// <remarks>
/// <para>What stands in etcd is durable without this node's disk, so files are written at once and flushed behind; the head
/// tells what the disk has confirmed. A node that lost its last entries with the power gets them again from the network.</para>
/// <para>One caller at a time moves it forward: who follows, or who leads. <see cref="Flush"/> may come beside them.</para>
/// </remarks>
internal sealed class Replica(
    LedgerFiles files, LedgerState state, CommitSignal commit, LedgerHead head, SecretKeeper secrets, LedgerValidator validator,
    CommitRecord? committed, LedgerMetrics metrics)
{
    private readonly Lock _lock = new();
    private readonly PositionSignal _arrived = new(state.Position.SeqNo);
    private LedgerValidator _validator = validator;
    private CommitRecord _committed = committed ?? new CommitRecord(default, Digest.Zero);
    private LedgerHeadRecord? _unflushed;

    // Whether the validator has gone on, or gone wrong, beyond what the state has taken.
    private bool _isAstray;

    // After a write or a flush has failed nobody knows what the disk holds: nothing more is written, and nothing said of it.
    private volatile Exception? _broken;

    /// <summary>The entry that comes next.</summary>
    public SeqNo Next => state.Position.SeqNo.Next;

    /// <summary>What the ledger says so far.</summary>
    public LedgerState State => state;

    /// <summary>How far it is committed.</summary>
    public CommitSignal Commit => commit;

    /// <summary>The last entry that this node's own disk has confirmed.</summary>
    public SeqNo OnDisk { get; private set; } = state.Position.SeqNo;

    /// <summary>Where the next entry goes, by this node's own ledger.</summary>
    public StoreTail Tail => new(Next, _validator.Tree.Root);

    /// <summary>A tree over all entries so far, for whoever writes the next ones.</summary>
    public MerkleTree Tree => _validator.Tree.Clone();

    /// <summary>An entry's bytes as they stand in this node's files; null where it has none.</summary>
    public byte[]? Bytes(SeqNo seqno) => seqno < Next ? files.ReadBytes(seqno) : null;

    /// <summary>How many bytes of entries there are from one on.</summary>
    public long BytesFrom(SeqNo first) => files.BytesFrom(first);

    /// <summary>Takes entries that others have written, in order; each is verified.</summary>
    /// <param name="entries">The entries' bytes.</param>
    /// <param name="endSigned">Whether nothing is taken unless the last of them is a signature that verifies.</param>
    /// <exception cref="LedgerCorruptException">One is not what must come next: none of them was taken.</exception>
    /// <exception cref="NoRoomException">The disk refused some: those before were taken.</exception>
    /// <exception cref="ReplicaFailedException">The disk failed.</exception>
    public void Take(IEnumerable<ReadOnlyMemory<byte>> entries, bool endSigned = false)
    {
        if (_isAstray) Resume();
        var taken = Verify(entries, endSigned);
        if (taken.Count == 0) return;
        try
        {
            // What this node wrote as the primary stands there already, where its own disk refused to go on.
            Guarded(() => files.Write([.. taken.Where(entry => entry.SeqNo >= files.Next).Select(entry => entry.Place)]));
        }
        catch (WriteRefusedException refused)
        {
            _isAstray = true;
            taken.RemoveAll(entry => entry.SeqNo >= files.Next);
            throw new NoRoomException(refused);
        }
        finally
        {
            if (_broken is null) Apply(taken);
        }
    }

    /// <summary>Verifies the last signature that was taken, and lets everything up to it count as committed.</summary>
    /// <exception cref="LedgerCorruptException">It does not verify.</exception>
    public void Confirm()
    {
        if (_committed.Id.SeqNo <= commit.Committed.SeqNo) return;
        CheckSignature(_committed.Id);
        commit.Advance(_committed.Id);
    }

    /// <summary>
    /// Forgets the secrets that no entry here was sealed with, where this ledger's end is about to be that of all: they were given
    /// by what is lost.
    /// </summary>
    /// <exception cref="IOException">The disk does not keep it.</exception>
    public void ForgetAhead()
    {
        if (!secrets.ForgetBehind(state.Position.SeqNo)) return;
        // It goes on with the secrets that it began with.
        _isAstray = true;
        Resume();
    }

    /// <summary>Writes a batch of this node's own; the sequencer moves the state.</summary>
    /// <exception cref="NoRoomException">The disk refused some of it.</exception>
    /// <exception cref="ReplicaFailedException">The disk failed.</exception>
    public void Write(Batch batch)
    {
        try
        {
            Guarded(() => files.Write([.. batch.Entries.Select(Place)]));
        }
        catch (WriteRefusedException refused)
        {
            throw new NoRoomException(refused);
        }
        _committed = batch.Commit ?? _committed;
        Wrote(batch.Entries[^1].Encoded.Id);
    }

    /// <summary>
    /// Makes it ready to take what others write behind the state: after this node has written by itself, or has verified what
    /// it did not take.
    /// </summary>
    /// <exception cref="LedgerCorruptException">This node's own files are damaged.</exception>
    public void Resume()
    {
        if (!_isAstray && _validator.Last == state.Position) return;
        if (_isAstray || state.LastSigned?.Id.SeqNo > _validator.Last.SeqNo)
        {
            _validator = new LedgerValidator(secrets, SignatureChecks.Last);
            if (state.LastSigned is { } signed) _validator.Resume(signed.ToSnapshot());
        }
        for (var seqno = _validator.Last.SeqNo.Next; seqno <= state.Position.SeqNo; seqno = seqno.Next)
            _validator.Accept(files.Read(seqno)!, files.DirectoryPath, 0);
        _isAstray = false;
    }

    /// <summary>Waits until the disk holds all that has been written, and notes in the head how far that is.</summary>
    /// <exception cref="ReplicaFailedException">The disk did not confirm: nothing more is written.</exception>
    public void Flush()
    {
        LedgerHeadRecord? written;
        lock (_lock) (written, _unflushed) = (_unflushed, null);
        if (written is null) return;
        var begun = metrics.BeginFlush();
        Guarded(() =>
        {
            files.Flush();
            head.Write(written);
        });
        metrics.Flushed(begun);
        OnDisk = written.Durable.SeqNo;
    }

    /// <summary>Brings everything to the disk, unless it has refused before, and closes the files.</summary>
    public void Close()
    {
        if (_broken is null)
        {
            Flush();
            head.Flush();
        }
        files.Dispose();
        head.Dispose();
    }

    /// <summary>Waits until this node has an entry.</summary>
    public Task WhenAtAsync(SeqNo seqno, CancellationToken cancel) => _arrived.ReachAsync(seqno, cancel);

    /// <summary>Tells those who wait for entries that the state has moved.</summary>
    public void Arrived() => _arrived.Advance(state.Position.SeqNo);

    private static LedgerFileEntry Place(BatchEntry entry) =>
        new(entry.Encoded.Id.SeqNo, entry.Encoded.Bytes, entry.IsSignature);

    private void Guarded(Action write)
    {
        if (_broken is { } cause) throw new ReplicaFailedException(cause);
        try
        {
            write();
        }
        catch (Exception failure) when (failure is not WriteRefusedException)
        {
            _broken = failure;
            throw new ReplicaFailedException(failure);
        }
    }

    private List<Verified> Verify(IEnumerable<ReadOnlyMemory<byte>> entries, bool endSigned)
    {
        var verified = new List<Verified>();
        _isAstray = true; // until all of them have passed
        foreach (var bytes in entries)
        {
            // Kept by the tables as long as they name it; what it came in is much larger.
            var entry = Parse(bytes.ToArray());
            var durable = DurableEntry.Of(entry, _validator.Accept(entry, files.DirectoryPath, 0));
            verified.Add(new Verified(durable, bytes, durable.IsSignature ? _validator.Tree.Root : Digest.Zero));
        }
        if (endSigned) CheckSignature(_validator.LastSigned);
        if (endSigned && _validator.LastSigned != _validator.Last)
            throw new LedgerCorruptException(files.DirectoryPath, 0, _validator.Last.SeqNo, "no signature stands behind it");
        _isAstray = false;
        return verified;
    }

    private void CheckSignature(TransactionId signature)
    {
        try
        {
            _validator.CheckLastSignature();
        }
        catch (FormatException fault)
        {
            throw new LedgerCorruptException(files.DirectoryPath, 0, signature.SeqNo, fault.Message);
        }
    }

    private void Apply(List<Verified> entries)
    {
        foreach (var (entry, _, root) in entries)
        {
            state.Apply(entry);
            if (entry.IsSignature) _committed = new CommitRecord(entry.Id, root);
        }
        if (entries.Count > 0) Wrote(entries[^1].Entry.Id);
    }

    private void Wrote(TransactionId last)
    {
        var record = new LedgerHeadRecord(last, files.End, _committed.Id, _committed.Root);
        lock (_lock) _unflushed = record;
    }

    private LedgerEntry Parse(byte[] bytes)
    {
        try
        {
            return LedgerEntry.Parse(bytes);
        }
        catch (FormatException fault)
        {
            throw new LedgerCorruptException(files.DirectoryPath, 0, Next, fault.Message);
        }
    }

    private sealed record Verified(DurableEntry Entry, ReadOnlyMemory<byte> Bytes, Digest Root)
    {
        public SeqNo SeqNo => Entry.Id.SeqNo;

        public LedgerFileEntry Place => new(Entry.Id.SeqNo, Bytes, Entry.IsSignature);
    }
}
