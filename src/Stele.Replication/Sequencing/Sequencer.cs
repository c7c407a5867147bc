using System.Threading.Channels;
using Stele.Cryptography.Merkle;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Recovery;
using Stele.Ledger.Tables;
using Stele.Ledger.Transactions;
using Stele.Replication.Log;
using Stele.Replication.Signing;

namespace Stele.Replication.Sequencing;

/// <summary>
/// <em>Before this:</em> an endpoint, with a command. <em>Here:</em> the only writer: it runs commands one after another,
/// gives each transaction its id, encodes and seals it, and gathers entries into batches. <em>Next:</em> the transaction's
/// entry, the Merkle tree, the log.
/// </summary>
/// <remarks>
/// <para>Runs on: one loop (<see cref="RunAsync"/>) that fills a batch while the one before it is written
/// (<see cref="WriteAsync"/>); batching follows load. The loop owns the ids, the working tables, the schedule and the
/// batch being filled. The write owns the Merkle tree and the durable state, and hands them on by ending.</para>
/// <para>A signature transaction stands right behind the entries that its root covers. Its place is kept when a batch is
/// sealed, it is made while that batch is written and the next one fills, and it stands first in the next one.</para>
/// <para>Cancellation: a command that has been taken is carried out whatever becomes of its caller.</para>
/// </remarks>
public sealed class Sequencer : IAsyncDisposable
{
    private readonly ILedgerLog _log;
    private readonly LedgerState _state;
    private readonly MerkleTree _tree;
    private readonly RootSigner _signer;
    private readonly LedgerSecret _secret;
    private readonly SequencerOptions _options;
    private readonly TimeProvider _time;
    private readonly SigningSchedule _schedule;
    private readonly Channel<Submission> _queue;
    private readonly List<Submission> _untilCommitted = [];
    private readonly View _view;
    private readonly Task _running;

    private TransactionId _last;
    private LedgerTables _working;
    private Task<bool> _readable = Task.FromResult(true);
    private volatile Exception? _failure;
    private volatile bool _closing;

    /// <summary>Starts to take commands, in a view of its own, behind what the ledger holds.</summary>
    /// <param name="log">What makes batches durable.</param>
    /// <param name="state">What the ledger says so far; moved forward from here on by this sequencer alone.</param>
    /// <param name="tree">The tree over all entries so far.</param>
    /// <param name="commit">How far the ledger is committed so far.</param>
    /// <param name="before">The last view that is known to have been written in; it may be later than the ledger's.</param>
    /// <param name="signer">What makes signature transactions.</param>
    /// <param name="secret">What the private domain is sealed with.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="time">The clock, for the schedule of signatures.</param>
    public Sequencer(
        ILedgerLog log, LedgerState state, MerkleTree tree, CommitSignal commit, View before, RootSigner signer,
        LedgerSecret secret, SequencerOptions options, TimeProvider time)
    {
        (_log, _state, _tree, _signer, _secret, _options, _time) = (log, state, tree, signer, secret, options, time);
        Commit = commit;
        _working = state.Tables;
        _last = state.Position;
        _view = ViewBehind(state.Position.View > before ? state.Position.View : before);
        _schedule = new SigningSchedule(options, time);
        if (state.Position.SeqNo > commit.Committed.SeqNo) _schedule.Add(bytes: 0, someoneWaits: true);
        _queue = Channel.CreateBounded<Submission>(new BoundedChannelOptions(options.QueueMax) { SingleReader = true });
        _running = RunAsync();
    }

    /// <summary>How far the ledger is committed.</summary>
    public CommitSignal Commit { get; }

    /// <summary>The view that this sequencer writes in.</summary>
    public View View => _view;

    /// <summary>Why no more writes are taken; null while they are.</summary>
    public string? Stopped => _failure?.Message;

    /// <summary>Runs a command in the next transaction.</summary>
    /// <returns>Its outcome, once what it wrote is durable, or committed.</returns>
    /// <exception cref="LedgerUnavailableException">The command was not taken, nor ever will be.</exception>
    /// <exception cref="OutcomeUnknownException">Whether the command was taken cannot be known.</exception>
    public Task<Outcome<TResult>> SubmitAsync<TResult>(ICommand<TResult> command, bool untilCommitted)
    {
        var submission = new Submission<TResult>(command, untilCommitted);
        if (!_queue.Writer.TryWrite(submission)) submission.Fail(Refusal());
        return submission.Outcome;
    }

    /// <summary>Takes no more commands, carries out those it has, and signs.</summary>
    public async ValueTask DisposeAsync()
    {
        _closing = true;
        _queue.Writer.TryComplete();
        await _running;
    }

    private async Task RunAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var filling = new FillingBatch(leading: null);
        var writing = Task.CompletedTask;
        try
        {
            while (true)
            {
                Fill(filling);
                if (!writing.IsCompleted)
                {
                    await WhenWrittenOrFilledAsync(filling, writing);
                    continue;
                }
                await writing;
                if (filling.IsReady || (filling.IsEmpty && IsSignatureDue()))
                    (filling, writing) = Seal(filling);
                else if (filling.IsEmpty && !_schedule.AnyUnsigned && _queue.Reader.Completion.IsCompleted)
                    break;
                else
                    await WhenReadyAsync(filling);
            }
        }
        catch (Exception failure)
        {
            Stop(failure, filling);
        }
    }

    private void Fill(FillingBatch batch)
    {
        while (batch.Bytes < _options.BatchBytesMax && _queue.Reader.TryRead(out var submission))
        {
            var transaction = new Transaction(Next, _working);
            if (!submission.TryExecute(transaction)) continue;
            batch.Submissions.Add(submission);
            submission.Id = transaction.Writes.IsEmpty ? _last : transaction.Id;
            if (transaction.Writes.IsEmpty) continue;
            var entry = EntryEncoder.Encode(
                transaction.Id, transaction.Writes, transaction.ClaimsDigest, _secret, EntryFlags.None);
            batch.Add(new BatchEntry(entry, transaction.Writes, IsSignature: false));
            _working = _working.With(transaction.Writes, transaction.Id.SeqNo);
            _last = transaction.Id;
            _schedule.Add(entry.Bytes.Length, submission.UntilCommitted);
        }
    }

    // An id is never given twice: where the ledger's end was lost, so were ids of views that it no longer shows.
    private static View ViewBehind(View last) => last < View.First ? View.First : last.Next;

    private TransactionId Next => new(_view, _last.SeqNo.Next);

    private bool IsSignatureDue() =>
        _schedule.IsDue(idle: !_queue.Reader.TryPeek(out _)) || (_schedule.AnyUnsigned && IsClosing);

    private bool IsClosing => _queue.Reader.Completion.IsCompleted;

    private (FillingBatch Next, Task Writing) Seal(FillingBatch batch)
    {
        PendingSignature? trailing = null;
        if (IsSignatureDue())
        {
            trailing = new PendingSignature(Next);
            _last = trailing.Id;
            _schedule.Signed();
        }
        return (new FillingBatch(trailing), WriteAsync(batch, trailing));
    }

    private async Task WriteAsync(FillingBatch batch, PendingSignature? trailing)
    {
        var reachedLog = false;
        try
        {
            var (entries, commit) = await PutIntoTreeAsync(batch);
            trailing?.MadeBy(_signer.SignAsync(trailing.Id, _tree));
            if (entries.Count > 0)
            {
                reachedLog = true;
                await _log.AppendAsync(new Batch(entries, commit)); // COMMIT POINT
                foreach (var entry in entries) _state.Apply(entry.ToDurable());
            }
            if (commit is not null) Committed(commit);
            Answer(batch.Submissions);
        }
        catch (Exception failure)
        {
            Exception outcome = reachedLog && failure is not WriteRefusedException
                ? new OutcomeUnknownException(failure)
                : Unavailable(failure);
            foreach (var submission in batch.Submissions) submission.Fail(outcome);
            throw;
        }
    }

    private async Task<(List<BatchEntry> Entries, CommitRecord? Commit)> PutIntoTreeAsync(FillingBatch batch)
    {
        var entries = new List<BatchEntry>(batch.Entries.Count + 1);
        CommitRecord? commit = null;
        if (batch.Leading is { } leading)
        {
            var signature = await leading.Made;
            _tree.Append(signature.Encoded.Leaf);
            // What this signature stores of the tree is all that proofs before it need: the tree goes on without it.
            _tree.Forget(leading.Id.SeqNo.Value);
            commit = new CommitRecord(leading.Id, _tree.Root);
            entries.Add(signature);
        }
        foreach (var entry in batch.Entries) _tree.Append(entry.Encoded.Leaf);
        entries.AddRange(batch.Entries);
        return (entries, commit);
    }

    private void Committed(CommitRecord commit)
    {
        Commit.Advance(commit.Id);
        foreach (var submission in _untilCommitted) submission.Complete();
        _untilCommitted.Clear();
    }

    private void Answer(List<Submission> submissions)
    {
        foreach (var submission in submissions)
        {
            if (submission.UntilCommitted && submission.Id.SeqNo > Commit.Committed.SeqNo) _untilCommitted.Add(submission);
            else submission.Complete();
        }
    }

    // What is waited for is added whether or not it has happened by now: what happens in between must wake the loop too.
    private Task<Task> WhenWrittenOrFilledAsync(FillingBatch filling, Task writing) =>
        Task.WhenAny(HasRoom(filling) ? [writing, Readable()] : [writing]);

    private async Task WhenReadyAsync(FillingBatch filling)
    {
        var happenings = new List<Task>(2);
        using var stop = new CancellationTokenSource();
        if (HasRoom(filling)) happenings.Add(Readable());
        if (filling.Leading is { } signature) happenings.Add(signature.Made);
        else if (_schedule.AnyUnsigned) happenings.Add(Task.Delay(AtLeastOneTick(_schedule.Remaining), _time, stop.Token));
        await Task.WhenAny(happenings);
        await stop.CancelAsync();
    }

    private bool HasRoom(FillingBatch filling) => filling.Bytes < _options.BatchBytesMax && !IsClosing;

    private Task<bool> Readable() =>
        _readable.IsCompleted ? _readable = _queue.Reader.WaitToReadAsync().AsTask() : _readable;

    private static TimeSpan AtLeastOneTick(TimeSpan span) =>
        span > TimeSpan.FromMilliseconds(1) ? span : TimeSpan.FromMilliseconds(1);

    // Nothing that was not answered is retried: after a failed flush nobody knows what the disk holds.
    private void Stop(Exception failure, FillingBatch filling)
    {
        _failure = failure;
        _queue.Writer.TryComplete();
        foreach (var submission in _untilCommitted) submission.Fail(new OutcomeUnknownException(failure));
        foreach (var submission in filling.Submissions) submission.Fail(Unavailable(failure));
        while (_queue.Reader.TryRead(out var submission)) submission.Fail(Unavailable(failure));
    }

    private LedgerUnavailableException Refusal() =>
        _failure is { } failure ? Unavailable(failure)
        : _closing ? new LedgerUnavailableException("The node is stopping.", TimeSpan.FromSeconds(1))
        : new LedgerUnavailableException(
            $"{_options.QueueMax} writes are waiting already; send this one again.", TimeSpan.FromSeconds(1));

    private static LedgerUnavailableException Unavailable(Exception failure) =>
        new($"The ledger has stopped taking writes ({failure.Message}); what is committed can still be read. "
            + "An operator must mend the cause and start the node again.", retryAfter: null);
}
