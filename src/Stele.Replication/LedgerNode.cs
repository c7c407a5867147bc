using Stele.Ledger.Collections;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Recovery;
using Stele.Ledger.Tables;
using Stele.Ledger.Transactions;
using Stele.Receipts;
using Stele.Replication.Log;
using Stele.Replication.Receipts;
using Stele.Replication.Sequencing;
using Stele.Replication.Signing;

namespace Stele.Replication;

/// <summary>A node's ledger, open: one writer, and readers of all that is durable.</summary>
public sealed class LedgerNode : IAsyncDisposable
{
    private readonly LedgerNodeOptions _options;
    private readonly LocalLog _log;
    private readonly LedgerFiles _files;
    private readonly LedgerState _state;
    private readonly ReceiptBuilder _receipts;
    private readonly Sequencer _sequencer;

    private LedgerNode(LedgerNodeOptions options, LedgerHead head, RecoveredLedger ledger, TimeProvider time)
    {
        (_options, _files, _state) = (options, ledger.Files, ledger.State);
        _receipts = new ReceiptBuilder(_files, options.Secret);
        var committed = ledger.Committed is { } last ? new CommitRecord(last.Id, last.Root) : null;
        var signer = new RootSigner(
            options.NodeKey, options.NodeCertificate, options.ServiceKey, options.Issuer, options.Subject, options.Secret, time);
        _log = new LocalLog(_files, head, committed);
        _sequencer = new Sequencer(
            _log, _state, ledger.Tree, new CommitSignal(committed?.Id ?? default),
            head.Found?.Durable.View ?? default, signer, options.Secret, options.Sequencer, time);
    }

    /// <summary>The last durable transaction.</summary>
    public TransactionId Position => _state.Position;

    /// <summary>The last committed transaction.</summary>
    public TransactionId Committed => _sequencer.Commit.Committed;

    /// <summary>The tables after the last durable transaction.</summary>
    public LedgerTables Tables => _state.Tables;

    /// <summary>The collections of the durable ledger.</summary>
    public CollectionIndex Collections => _state.Collections;

    /// <summary>Why no more writes are taken; null while they are.</summary>
    public string? Stopped => _sequencer.Stopped;

    /// <summary>Opens a ledger, or begins one; all that the directory holds is verified.</summary>
    /// <exception cref="LedgerCorruptException">The ledger is damaged, or ends too early.</exception>
    /// <exception cref="IOException">Another node has it open, or the disk refuses.</exception>
    public static LedgerNode Open(LedgerNodeOptions options, TimeProvider time)
    {
        Directory.CreateDirectory(options.LedgerDirectory);
        var head = LedgerHead.Open(options.HeadFile);
        CollectionIndex? collections = null;
        try
        {
            collections = CollectionIndex.Open(options.IndexDirectory, options.Secret);
            var ledger = LedgerRecovery.Open(
                options.LedgerDirectory, options.Secret, head.Found, options.AcceptLedgerEnd, options.ChunkBytes, collections);
            return new LedgerNode(options, head, ledger, time);
        }
        catch
        {
            collections?.Dispose();
            head.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="Sequencer.SubmitAsync"/>
    public Task<Outcome<TResult>> SubmitAsync<TResult>(ICommand<TResult> command, bool untilCommitted) =>
        _sequencer.SubmitAsync(command, untilCommitted);

    /// <summary>What has become of a transaction.</summary>
    public TransactionStatus StatusOf(TransactionId id)
    {
        // The order matters: what was committed when we looked is still there when the entry is read.
        var committed = Committed;
        var viewThere = id.SeqNo > SeqNo.None && id.SeqNo <= Position.SeqNo ? _files.Read(id.SeqNo)?.Id.View : null;
        return StatusRules.StatusOf(id, viewThere, committed);
    }

    /// <summary>Waits until a transaction's seqno is covered by a durable signature.</summary>
    public Task WhenCommittedAsync(SeqNo seqno, CancellationToken cancel) => _sequencer.Commit.ReachAsync(seqno, cancel);

    /// <summary>Reads a durable entry.</summary>
    /// <returns>The entry; null where there is none.</returns>
    /// <exception cref="LedgerCorruptException">What lies there is not the entry.</exception>
    public LedgerEntry? Read(SeqNo seqno) =>
        seqno > SeqNo.None && seqno <= Position.SeqNo ? _files.Read(seqno) : null;

    /// <summary>The value that an entry wrote to a key, public or private.</summary>
    /// <returns>Whether it wrote one.</returns>
    /// <exception cref="LedgerCorruptException">The entry's private part does not open.</exception>
    public bool TryGetWritten(LedgerEntry entry, TableName table, ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value)
    {
        if (table.IsPublic) return entry.PublicWrites.TryGet(table, key, out value);
        value = default;
        if (!entry.HasPrivateWrites) return false;
        if (entry.TryOpen(_options.Secret, out var writes)) return writes.TryGet(table, key, out value);
        throw new LedgerCorruptException(_options.LedgerDirectory, 0, entry.Id.SeqNo, "its private part does not open");
    }

    /// <summary>The receipt of a committed entry; null where no signature transaction stands behind it yet.</summary>
    public Receipt? ReceiptOf(LedgerEntry entry) => _receipts.Build(entry);

    /// <summary>Carries out what was taken, signs it, and closes the ledger.</summary>
    public async ValueTask DisposeAsync()
    {
        await _sequencer.DisposeAsync();
        await _log.DisposeAsync();
        Collections.TryFlush();
        Collections.Dispose();
    }
}
