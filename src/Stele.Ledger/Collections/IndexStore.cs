using System.Threading.Channels;

namespace Stele.Ledger.Collections;

/// <summary>Keeps the segments: writes the waiting ones to runs, merges runs, and drops what is damaged.</summary>
/// <remarks>
/// Runs on: two loops, one that writes and one that merges. The list of segments is exchanged under a lock that is not
/// held while files are read or written; a run is closed once no query reads it.
/// </remarks>
internal sealed class IndexStore : IDisposable
{
    private readonly RunDirectory _runs;
    private readonly CollectionIndexOptions _options;
    private readonly Lock _changing = new();
    private readonly Lock _writing = new();
    private readonly Lock _merging = new();
    private readonly ReaderWriterLockSlim _reading = new();
    private readonly Channel<bool> _toWrite = Signal();
    private readonly Channel<bool> _toMerge = Signal();
    private readonly Channel<bool> _missing = Signal();
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _working;
    private volatile Segments _now;
    private volatile string? _failure;

    public IndexStore(RunDirectory runs, CollectionIndexOptions options)
    {
        (_runs, _options) = (runs, options);
        var found = runs.OpenAll();
        _now = new Segments(found, new Memtable(found.Count == 0 ? SeqNo.First : found[^1].Last.Next));
        _toMerge.Writer.TryWrite(true);
        _working = Task.WhenAll(
            WorkAsync(_toWrite.Reader, () => TryWriteWaiting()),
            WorkAsync(_toMerge.Reader, () => { while (TryMerge()) { } }));
    }

    /// <summary>The segments at this moment.</summary>
    public Segments Now => _now;

    public string? Failure => _failure;

    /// <summary>Asks the segments. A run that turns out to be damaged is dropped, and they are asked again.</summary>
    /// <exception cref="IndexIncompleteException">The answer depends on missing entries.</exception>
    public T Ask<T>(Func<Segments, T> question)
    {
        while (true)
        {
            _reading.EnterReadLock();
            try
            {
                return question(_now);
            }
            catch (RunDamagedException damage)
            {
                _reading.ExitReadLock();
                Drop([damage.Run]);
            }
            finally
            {
                if (_reading.IsReadLockHeld) _reading.ExitReadLock();
            }
        }
    }

    /// <summary>Begins another memtable at a seqno; the one before it waits to be written.</summary>
    public Memtable Begin(SeqNo first)
    {
        var open = new Memtable(first, _now.Open);
        lock (_changing)
        {
            var next = _now.With(open);
            if (next.Waiting.Count() > _options.WaitingMax) next = next.Without([next.Waiting.First()]);
            _now = next;
        }
        _toWrite.Writer.TryWrite(true);
        SignalMissing();
        return open;
    }

    public void Align(SeqNo ledgerEnd)
    {
        if (!_now.Open.IsEmpty && _now.End > ledgerEnd)
            throw new ArgumentOutOfRangeException(nameof(ledgerEnd), ledgerEnd, "Entries behind it have been applied.");
        Drop([.. _now.Runs.Where(run => run.Last > ledgerEnd)]);
        if (_now.End != ledgerEnd) Begin(ledgerEnd.Next);
    }

    /// <summary>Writes what is missing no more, and adds it.</summary>
    public void Restore(Memtable part)
    {
        // A memtable that was let go while it was being written would have the same file.
        lock (_writing)
        {
            var run = _runs.Write(part);
            lock (_changing) _now = _now.With(run);
        }
        _toMerge.Writer.TryWrite(true);
    }

    public bool TryFlush()
    {
        if (!_now.Open.IsEmpty) Begin(_now.End.Next);
        return TryWriteWaiting();
    }

    public async Task WhenMissingAsync(CancellationToken cancel)
    {
        while (_now.Missing.Count == 0) await _missing.Reader.ReadAsync(cancel);
    }

    /// <summary>Merges the next runs that are to be one.</summary>
    /// <returns>Whether there were any, and it is done.</returns>
    public bool TryMerge()
    {
        lock (_merging)
        {
            try
            {
                var merged = MergePlan.Next(_now, _options);
                if (merged.IsEmpty) return false;
                Exchange([.. merged], _runs.Merge(merged, _closing.Token));
                return true;
            }
            catch (RunDamagedException damage)
            {
                Drop([damage.Run]);
                return true;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
            catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
            {
                _failure = refusal.Message;
                return false;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _closing.Cancel();
        _toWrite.Writer.TryComplete();
        _toMerge.Writer.TryComplete();
        _missing.Writer.TryComplete();
        // A write in hand is ended, a merge is interrupted: no caller has to wait for long.
        _working.GetAwaiter().GetResult();
        foreach (var run in _now.Runs) run.Dispose();
        _reading.Dispose();
        _closing.Dispose();
    }

    private static Channel<bool> Signal() =>
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private static async Task WorkAsync(ChannelReader<bool> signal, Action work)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await foreach (var _ in signal.ReadAllAsync()) work();
    }

    private bool TryWriteWaiting()
    {
        lock (_writing)
        {
            try
            {
                while (_now.Waiting.FirstOrDefault() is { } waiting) Exchange([waiting], _runs.Write(waiting));
                _failure = null;
                return true;
            }
            catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
            {
                _failure = refusal.Message;
                return false;
            }
        }
    }

    // A run takes the place of the segments that it was made of, unless one of them was dropped meanwhile.
    private void Exchange(List<ISegment> made, Run run)
    {
        lock (_changing)
        {
            if (!made.TrueForAll(_now.Items.Contains))
            {
                RunDirectory.Delete(run);
                return;
            }
            _now = _now.Without(made).With(run);
            foreach (var old in made.OfType<Run>()) RunDirectory.Unlink(old);
        }
        Close(made.OfType<Run>());
        _toMerge.Writer.TryWrite(true);
    }

    private void Drop(List<Run> runs)
    {
        var dropped = new List<Run>();
        lock (_changing)
        {
            dropped.AddRange(runs.Where(run => _now.Items.Contains(run)));
            _now = _now.Without(dropped);
            dropped.ForEach(RunDirectory.Unlink);
        }
        Close(dropped);
        SignalMissing();
    }

    private void Close(IEnumerable<Run> runs)
    {
        _reading.EnterWriteLock();
        try
        {
            foreach (var run in runs) run.Dispose();
        }
        finally
        {
            _reading.ExitWriteLock();
        }
    }

    private void SignalMissing()
    {
        if (_now.Missing.Count > 0) _missing.Writer.TryWrite(true);
    }
}
