using System.Diagnostics;
using Stele.Cryptography.Merkle;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Files;
using Stele.Ledger.Recovery;
using Stele.Ledger.Secrets;
using Stele.Ledger.Tables;
using Stele.Ledger.Transactions;
using Stele.Replication.Log;
using Stele.Replication.Network;
using Stele.Replication.Signing;
using Stele.Replication.Telemetry;

namespace Stele.Replication.Sequencing;

/// <summary>
/// <em>Before this:</em> an endpoint, with a command. <em>Here:</em> the only writer: it runs commands one after another,
/// gives each transaction its id, encodes and seals it, and gathers entries into batches. <em>Next:</em> the transaction's
/// entry, the Merkle tree, the log.
/// </summary>
/// <remarks>
/// <para>Runs on: a thread of its own that fills a batch while the one before it is written; batching follows load. That
/// thread owns the ids, the working tables, the schedule, the Merkle tree and the batch being filled. What follows a write
/// (<see cref="Follow"/>) runs where the log ends it, before the next write begins, and owns the durable state.</para>
/// <para>A signature transaction stands right behind the entries that its root covers. Its place is kept when a batch is
/// sealed, it is made while that batch is written and the next one fills, and it stands first in the next one.</para>
/// <para>Cancellation: a command that has been taken is carried out whatever becomes of its caller.</para>
/// </remarks>
public sealed class Sequencer : IAsyncDisposable
{
    // While a batch is written the thread sleeps until so many commands wait: waking it for each would cost more than it wins.
    // Where fewer came in the last batch, it writes the next one itself: nothing would be filled meanwhile.
    private const int WorthWaking = 48;

    private readonly ILedgerLog _log;
    private readonly LedgerState _state;
    private readonly MerkleTree _tree;
    private readonly RootSigner _signer;
    private readonly SequencerOptions _options;
    private readonly SigningSchedule _schedule;
    private readonly Mailbox _mailbox;
    private readonly List<Submission> _untilCommitted = [];
    private readonly List<Submission> _durable = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly View _view;
    private readonly LedgerMetrics _metrics;

    private FillingBatch _filling;
    private FillingBatch _other;
    private TransactionId _last;
    private LedgerTables _working;
    private LedgerSecret _secret;
    private bool _endsFile;
    private long _oldestUnsigned;
    private long _oldestOfCommit;
    private volatile bool _isWriting;
    private volatile Exception? _failure;
    private volatile bool _closing;

    /// <summary>Starts to take commands, in a view of its own, behind what the ledger holds.</summary>
    /// <param name="log">What makes batches durable.</param>
    /// <param name="state">What the ledger says so far; moved forward from here on by this sequencer alone.</param>
    /// <param name="tree">The tree over all entries so far.</param>
    /// <param name="commit">How far the ledger is committed so far.</param>
    /// <param name="before">The last view that is known to have been written in; it may be later than the ledger's.</param>
    /// <param name="signer">What makes signature transactions.</param>
    /// <param name="secrets">What the private domain is sealed with.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="time">The clock, for the schedule of signatures.</param>
    public Sequencer(
        ILedgerLog log, LedgerState state, MerkleTree tree, CommitSignal commit, View before, RootSigner signer,
        SecretKeeper secrets, SequencerOptions options, TimeProvider time)
    {
        (_log, _state, _tree, _signer, _options) = (log, state, tree, signer, options);
        Commit = commit;
        _metrics = options.Metrics;
        _working = state.Tables;
        _last = state.Position;
        _secret = secrets.For(_last.SeqNo.Next);
        _view = ViewBehind(state.Position.View > before ? state.Position.View : before);
        _schedule = new SigningSchedule(options, time);
        var opensView = (options.IsElected || options.OpensView) && state.Position.SeqNo > SeqNo.None;
        if (opensView || state.Position.SeqNo > commit.Committed.SeqNo) _schedule.Add(bytes: 0, someoneWaits: true);
        _mailbox = new Mailbox(options.QueueMax);
        _filling = new FillingBatch(new EntryBuffer(options.BufferBytes));
        _other = new FillingBatch(new EntryBuffer(options.BufferBytes));
        new Thread(Run) { IsBackground = true, Name = "stele-sequencer" }.Start();
    }

    /// <summary>How far the ledger is committed.</summary>
    public CommitSignal Commit { get; }

    /// <summary>The view that this sequencer writes in.</summary>
    public View View => _view;

    /// <summary>Ends with the sequencer: it was told to, or the log takes no more.</summary>
    public Task Ended => _ended.Task;

    /// <summary>What ended it; null where it was told to.</summary>
    internal Exception? Failure => _failure;

    /// <summary>How many commands wait.</summary>
    internal int Waiting => _mailbox.Count;

    /// <summary>Why no more writes are taken; null while they are.</summary>
    public string? Stopped => _failure?.Message;

    /// <summary>Runs a command in the next transaction.</summary>
    /// <returns>Its outcome, once what it wrote is durable, or committed.</returns>
    /// <exception cref="LedgerUnavailableException">The command was not taken, nor ever will be.</exception>
    /// <exception cref="OutcomeUnknownException">Whether the command was taken cannot be known.</exception>
    public Task<Outcome<TResult>> SubmitAsync<TResult>(ICommand<TResult> command, bool untilCommitted)
    {
        var submission = new Submission<TResult>(command, untilCommitted)
        {
            Arrived = _metrics.BeginAppend(),
            Span = LedgerTraces.Append(),
        };
        if (!_mailbox.TryPost(submission))
        {
            LedgerTraces.End(submission.Span, "not taken");
            submission.Fail(Refusal());
        }
        return submission.Outcome;
    }

    /// <summary>Takes no more commands, carries out those it has, and signs.</summary>
    public async ValueTask DisposeAsync()
    {
        _closing = true;
        _mailbox.Close();
        await _ended.Task;
    }

    private void Run()
    {
        try
        {
            while (!IsDone())
            {
                Fill();
                if (_failure is not null) break;
                if (!_isWriting && (_filling.IsReady || (_filling.IsEmpty && IsSignatureDue()))) Seal();
                else Wait();
            }
        }
        catch (Exception fault)
        {
            _failure ??= fault;
        }
        if (_failure is { } failure) Stop(failure);
        _ended.SetResult();
    }

    private bool IsDone() => !_isWriting && _filling.IsEmpty && !_schedule.AnyUnsigned && _mailbox.IsFinished;

    private void Fill()
    {
        while (_filling.Bytes < _options.BatchBytesMax && _mailbox.TryTake(out var submission))
        {
            var transaction = new Transaction(Next, _working, _secret);
            if (!submission.TryExecute(transaction)) continue;
            var bytes = 0;
            if (!transaction.Writes.IsEmpty && !_filling.TryAdd(transaction, _options.EntryBytesMax, out bytes))
            {
                submission.FailBeside(new EntryTooLargeException(bytes, _options.EntryBytesMax));
                continue;
            }
            _filling.Submissions.Add(submission);
            submission.Id = transaction.Writes.IsEmpty ? _last : transaction.Id;
            if (transaction.Writes.IsEmpty) continue;
            _working = _working.With(transaction.Writes, transaction.Id.SeqNo);
            _last = transaction.Id;
            _secret = transaction.NextSecret ?? _secret;
            _endsFile |= transaction.EndsFile;
            _schedule.Add(bytes, submission.UntilCommitted);
            if (_oldestUnsigned == 0) _oldestUnsigned = submission.Arrived;
        }
    }

    // Until there is more to do: a batch is written, a signature made, commands wait, or a signature is due.
    private void Wait()
    {
        var hasRoom = _filling.Bytes < _options.BatchBytesMax;
        var isBusy = _isWriting || _filling.Leading is not null;
        var most = isBusy || !_schedule.AnyUnsigned ? Timeout.InfiniteTimeSpan : AtLeastOneTick(_schedule.Remaining);
        _mailbox.Wait(!hasRoom ? int.MaxValue : isBusy ? WorthWaking : 1, most);
    }

    // An id is never given twice: where the ledger's end was lost, so were ids of views that it no longer shows.
    private static View ViewBehind(View last) => last < View.First ? View.First : last.Next;

    private TransactionId Next => new(_view, _last.SeqNo.Next);

    private bool IsSignatureDue() =>
        _schedule.IsDue(idle: _mailbox.IsEmpty) || (_schedule.AnyUnsigned && _mailbox.IsFinished);

    private void Seal()
    {
        var filled = _filling;
        var batch = PutIntoTree(filled);
        var span = LedgerTraces.Batch(filled.Submissions);
        PendingSignature? trailing = null;
        if (IsSignatureDue())
        {
            trailing = new PendingSignature(Next) { Oldest = _oldestUnsigned, Span = LedgerTraces.Within(span, "stele.sign") };
            _oldestUnsigned = 0;
            Sign(trailing);
            _last = trailing.Id;
            _schedule.Signed();
            _endsFile = false;
        }
        // The other one has been written: nobody reads it any more.
        (_filling, _other) = (_other.Begin(trailing), filled);
        Write(batch, filled.Submissions, span);
    }

    private void Sign(PendingSignature signature)
    {
        var begun = _metrics.BeginSign();
        signature.MadeBy(
            _signer.SignAsync(signature.Id, _tree, _secret, _endsFile),
            () =>
            {
                _metrics.Signed(begun);
                LedgerTraces.End(signature.Span);
            },
            _mailbox.Notify);
    }

    private Batch PutIntoTree(FillingBatch batch)
    {
        CommitRecord? commit = null;
        if (batch.Leading is { } leading)
        {
            var signature = leading.Made.GetAwaiter().GetResult();
            batch.Entries[0] = signature;
            _tree.Append(signature.Encoded.Leaf);
            // What this signature stores of the tree is all that proofs before it need: the tree goes on without it.
            _tree.Forget(leading.Id.SeqNo.Value);
            commit = new CommitRecord(leading.Id, _tree.Root);
            _oldestOfCommit = leading.Oldest;
        }
        for (var i = commit is null ? 0 : 1; i < batch.Entries.Count; i++) _tree.Append(batch.Entries[i].Encoded.Leaf);
        return new Batch(batch.Entries, commit);
    }

    private void Write(Batch batch, List<Submission> submissions, Activity? span)
    {
        if (batch.Entries.Count == 0)
        {
            Answer(submissions);
            LedgerTraces.End(span);
            return;
        }
        _isWriting = true;
        var begun = _metrics.BeginBatch();
        var log = LedgerTraces.Within(span, _options.IsElected ? "stele.order" : "stele.flush");
        _ = Append(batch, mayBlock: submissions.Count < WorthWaking).ContinueWith(
            written =>
            {
                _metrics.Logged(begun, batch.Entries.Count);
                LedgerTraces.End(log, written.Exception?.GetBaseException().GetType().Name);
                LedgerTraces.End(span);
                Follow(written, batch, submissions);
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private Task Append(Batch batch, bool mayBlock)
    {
        try
        {
            return _log.AppendAsync(batch, mayBlock); // COMMIT POINT
        }
        catch (Exception failure)
        {
            return Task.FromException(failure);
        }
    }

    private void Follow(Task written, Batch batch, List<Submission> submissions)
    {
        try
        {
            written.GetAwaiter().GetResult();
            foreach (var entry in batch.Entries) _state.Apply(entry.ToDurable());
            if (batch.Commit is { } commit) Committed(commit);
            Answer(submissions);
        }
        catch (Exception failure)
        {
            _failure = failure;
            var isRefused = failure is WriteRefusedException or DeposedException or NotOrderedException;
            Exception outcome = isRefused ? Unavailable(failure) : new OutcomeUnknownException(failure);
            foreach (var submission in submissions)
            {
                LedgerTraces.End(submission.Span, outcome.GetType().Name);
                submission.FailBeside(outcome);
            }
        }
        _isWriting = false;
        _mailbox.Notify();
    }

    private void Committed(CommitRecord commit)
    {
        // Before anybody can know of it: who has a receipt finds it measured.
        _metrics.Committed(_oldestOfCommit);
        Commit.Advance(commit.Id);
        Answers.Give(_untilCommitted);
        _untilCommitted.Clear();
    }

    private void Answer(List<Submission> submissions)
    {
        var committed = Commit.Committed.SeqNo;
        foreach (var submission in submissions)
        {
            _metrics.Appended(submission.Arrived);
            LedgerTraces.End(submission.Span);
            if (submission.UntilCommitted && submission.Id.SeqNo > committed) _untilCommitted.Add(submission);
            else _durable.Add(submission);
        }
        Answers.Give(_durable);
        _durable.Clear();
    }

    private static TimeSpan AtLeastOneTick(TimeSpan span) =>
        span > TimeSpan.FromMilliseconds(1) ? span : TimeSpan.FromMilliseconds(1);

    // Nothing that was not answered is retried: after a failed flush nobody knows what the disk holds.
    private void Stop(Exception failure)
    {
        _mailbox.Close();
        while (_isWriting) _mailbox.Wait(int.MaxValue, Timeout.InfiniteTimeSpan);
        foreach (var submission in _untilCommitted) submission.FailBeside(new OutcomeUnknownException(failure));
        foreach (var submission in _filling.Submissions) submission.FailBeside(Unavailable(failure));
        while (_mailbox.TryTake(out var submission)) submission.FailBeside(Unavailable(failure));
    }

    private LedgerUnavailableException Refusal() =>
        _failure is { } failure ? Unavailable(failure)
        : _closing ? new LedgerUnavailableException("The node is stopping.", TimeSpan.FromSeconds(1))
        : new LedgerUnavailableException(
            $"{_options.QueueMax} writes are waiting already; send this one again.", TimeSpan.FromSeconds(1));

    private LedgerUnavailableException Unavailable(Exception failure) => _options.IsElected
        ? new($"{failure.Message} Send this one again.", retryAfter: TimeSpan.FromSeconds(1))
        : new($"The ledger has stopped taking writes ({failure.Message}); what is committed can still be read. "
            + "An operator must mend the cause and start the node again.", retryAfter: null);
}
