using Stele.Ledger.Collections;
using Stele.Ledger.Copying;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Recovery;
using Stele.Ledger.Secrets;
using Stele.Ledger.Snapshots;
using Stele.Ledger.Tables;
using Stele.Ledger.Transactions;
using Stele.Receipts;
using Stele.Replication.Indexes;
using Stele.Replication.Log;
using Stele.Replication.Network;
using Stele.Replication.Receipts;
using Stele.Replication.Sequencing;
using Stele.Replication.Signing;
using Stele.Replication.Snapshots;

namespace Stele.Replication;

/// <summary>A node's ledger, open: one writer, and readers of all that is durable.</summary>
public sealed class LedgerNode : IAsyncDisposable
{
    private readonly LedgerNodeOptions _options;
    private readonly LedgerFiles _files;
    private readonly LedgerState _state;
    private readonly ReceiptBuilder _receipts;
    private readonly SignatureTimes _times;
    private readonly CommitSignal _commit;
    private readonly ILedgerWriter _writer;
    private readonly SnapshotTaker _snapshots;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _takingSnapshots;
    private readonly Task _repairing;

    private LedgerNode(LedgerNodeOptions options, LedgerHead head, RecoveredLedger ledger, TimeProvider time)
    {
        (_options, _files, _state) = (options, ledger.Files, ledger.State);
        _receipts = new ReceiptBuilder(_files, _state, options.Secrets);
        _times = new SignatureTimes(_state, Read);
        Start = ledger.Start;
        var committed = ledger.Committed is { } last ? new CommitRecord(last.Id, last.Root) : null;
        _commit = new CommitSignal(committed?.Id ?? default);
        _writer = options.Network is { } network
            ? Among(network, head, ledger, committed, time)
            : Alone(head, ledger, committed, time);
        _snapshots = new SnapshotTaker(
            _state, _files, _receipts, _writer, _commit, new SnapshotDirectory(options.SnapshotDirectory), options.Secrets,
            options.SnapshotEntries);
        options.Metrics.Watch(this, _writer);
        _takingSnapshots = _snapshots.RunAsync(ledger.Start.Snapshot, _stop.Token);
        _repairing = new IndexRepair(_state, Read, options.IndexesLack, time).RunAsync(_stop.Token);
    }

    /// <summary>What the start has read of the ledger.</summary>
    public LedgerStart Start { get; }

    /// <summary>How many entries the indexes lack, until they have been made again.</summary>
    public long MissingFromIndexes => _state.Proofs.Missing.Concat(_state.Collections.Missing).Sum(range => range.Count);

    /// <summary>Why the last snapshot that was tried is not there; null where it is.</summary>
    public string? SnapshotFailure => _snapshots.Failure;

    /// <summary>The last durable transaction.</summary>
    public TransactionId Position => _state.Position;

    /// <summary>The last committed transaction.</summary>
    public TransactionId Committed => _commit.Committed;

    /// <summary>The tables after the last durable transaction.</summary>
    public LedgerTables Tables => _state.Tables;

    /// <summary>The collections of the durable ledger.</summary>
    public CollectionIndex Collections => _state.Collections;

    /// <summary>Why no more writes are taken; null while they are.</summary>
    public string? Stopped => _writer.Stopped;

    /// <summary>What keeps this node from its part in its network at the moment; null where nothing does.</summary>
    public NetworkTrouble? Trouble => _writer.Trouble;

    /// <summary>Whether this node has all that its network had ordered when it last looked; always, where it is alone.</summary>
    public bool IsCaughtUp => _writer.IsCaughtUp;

    /// <summary>What this node does at the moment; a node without a network is always the primary.</summary>
    public NodeRole Role => _writer.Role;

    /// <summary>Who writes; null while nobody is elected, or where there is no network.</summary>
    public PrimaryNode? Primary => _writer.Primary;

    /// <summary>Opens a ledger, or begins one; all that the directory holds is verified.</summary>
    /// <exception cref="LedgerCorruptException">The ledger is damaged, or ends too early.</exception>
    /// <exception cref="IOException">Another node has it open, or the disk refuses.</exception>
    public static LedgerNode Open(LedgerNodeOptions options, TimeProvider time)
    {
        Directory.CreateDirectory(options.LedgerDirectory);
        new IncomingLedger(options.IncomingDirectory).Adopt(options.LedgerDirectory, options.SnapshotDirectory, options.HeadFile);
        var head = LedgerHead.Open(options.HeadFile);
        try
        {
            if (head.Found is null && !Directory.EnumerateFiles(options.LedgerDirectory).Any()) head.Begin();
            var ledger = LedgerRecovery.Open(new RecoveryOptions
            {
                LedgerDirectory = options.LedgerDirectory,
                IndexDirectory = options.IndexDirectory,
                SnapshotDirectory = options.SnapshotDirectory,
                Secrets = options.Secrets,
                Service = options.ServiceCertificate,
                Head = head.Found,
                ChunkBytes = options.ChunkBytes,
                AcceptEnd = options.AcceptLedgerEnd,
                ReadsAll = options.ReadsAll,
                SnapshotEntries = options.SnapshotEntries,
            });
            if (options.AcceptLedgerEnd && options.Network is null) options.Secrets.ForgetBehind(ledger.State.Position.SeqNo);
            return new LedgerNode(options, head, ledger, time);
        }
        catch
        {
            head.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="Sequencer.SubmitAsync"/>
    public Task<Outcome<TResult>> SubmitAsync<TResult>(ICommand<TResult> command, bool untilCommitted) =>
        _writer.SubmitAsync(command, untilCommitted);

    /// <summary>What has become of a transaction.</summary>
    public TransactionStatus StatusOf(TransactionId id)
    {
        // The order matters: what was committed when we looked is still there when the entry is read.
        var committed = Committed;
        return StatusRules.StatusOf(id, _state.ViewAt(id.SeqNo), committed);
    }

    /// <summary>Waits until a transaction's seqno is covered by a durable signature.</summary>
    public Task WhenCommittedAsync(SeqNo seqno, CancellationToken cancel) => _commit.ReachAsync(seqno, cancel);

    /// <summary>Waits until this node has a seqno, which another node may have written.</summary>
    public Task WhenAtAsync(SeqNo seqno, CancellationToken cancel) => _writer.WhenAtAsync(seqno, cancel);

    /// <summary>The ledger files that are closed, in order: they never change again.</summary>
    public IReadOnlyList<ChunkPath> ClosedFiles => _files.Closed;

    /// <summary>An entry's bytes as they stand in the ledger's files; null where there is none.</summary>
    public byte[]? EntryBytes(SeqNo seqno) => seqno > Position.SeqNo ? null : _files.ReadBytes(seqno);

    /// <summary>Reads a durable entry.</summary>
    /// <returns>The entry; null where there is none.</returns>
    /// <exception cref="SecretUnknownException">It cannot be opened until the service is recovered.</exception>
    /// <exception cref="LedgerCorruptException">What lies there is not the entry.</exception>
    public LedgerEntry? Read(SeqNo seqno)
    {
        if (seqno <= SeqNo.None || seqno > Position.SeqNo || _files.Read(seqno) is not { } entry) return null;
        // The seal is over all of it, public or private: nothing that was altered on the disk since is ever answered.
        return entry.TryOpen(_options.Secrets.For(seqno), out _)
            ? entry
            : throw new LedgerCorruptException(_options.LedgerDirectory, 0, seqno, "it is not what was sealed");
    }

    /// <summary>The receipt of a committed entry; null where no signature transaction stands behind it yet.</summary>
    public Receipt? ReceiptOf(LedgerEntry entry)
    {
        var begun = _options.Metrics.BeginReceipt();
        var receipt = _receipts.Build(entry);
        _options.Metrics.MadeReceipt(begun);
        return receipt;
    }

    /// <summary>The signature that first covers a transaction, and its time; null where there is none yet.</summary>
    public SignedStretch? SignatureOf(SeqNo seqno) => _times.Of(seqno);

    /// <summary>The first signature that was made at a moment or later; null where all are older.</summary>
    public SignedStretch? SignatureSince(DateTimeOffset moment) => _times.Since(moment, Committed.SeqNo);

    /// <inheritdoc cref="ILedgerWriter.LeaveAsync"/>
    public Task LeaveAsync() => _writer.LeaveAsync();

    /// <summary>Carries out what was taken, signs it, and closes the ledger.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // It reads the ledger's files, which the writer closes.
        await _repairing;
        try
        {
            await _writer.DisposeAsync();
            await _takingSnapshots;
        }
        finally
        {
            await _state.FlushAsync();
            _state.Dispose();
            _stop.Dispose();
        }
    }

    private RootSigner Signer(TimeProvider time) => new(
        _options.NodeKey, _options.NodeCertificate, _options.ServiceKey, _options.Issuer, _options.Subject, time);

    private LoneWriter Alone(LedgerHead head, RecoveredLedger ledger, CommitRecord? committed, TimeProvider time)
    {
        var log = new LocalLog(_files, head, committed, _options.Metrics);
        return new LoneWriter(log, new Sequencer(
            log, _state, ledger.Validator.Tree, _commit, LastView(head), Signer(time), _options.Secrets,
            // An end that was accepted is the ledger's from then on: the next start finds a head that agrees with it.
            Sequencing with { OpensView = _options.AcceptLedgerEnd }, time));
    }

    private SequencerOptions Sequencing => _options.Sequencer with { Metrics = _options.Metrics };

    private View LastView(LedgerHead head) => _options.RecoveredFrom == Position.SeqNo.Next
        ? Position.View.Next
        : head.Found?.Durable.View ?? default;

    private Membership Among(
        NetworkOptions network, LedgerHead head, RecoveredLedger ledger, CommitRecord? committed, TimeProvider time) =>
        new(
            network, new Replica(_files, _state, _commit, head, _options.Secrets, ledger.Validator, committed, _options.Metrics),
            head.Found?.Durable.View ?? default, Signer(time), _options.Secrets, Sequencing, time);
}
