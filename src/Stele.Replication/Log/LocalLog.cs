using Stele.Cryptography;
using Stele.Ledger.Files;
using Stele.Replication.Telemetry;

namespace Stele.Replication.Log;

/// <summary>
/// <em>Before this:</em> the sequencer, with a sealed batch. <em>Here:</em> one machine's disk makes it durable: ledger
/// file, flush, head. <em>Next:</em> the ledger files.
/// </summary>
/// <remarks>
/// Runs on: a thread of its own, so that waiting for the disk holds up nobody who has something to do; a caller who has
/// nothing to do lends its own. One batch at a time, so files and head have one owner at any moment.
/// </remarks>
public sealed class LocalLog : ILedgerLog
{
    private readonly LedgerFiles _files;
    private readonly LedgerHead _head;
    private readonly LedgerMetrics _metrics;
    private readonly object _gate = new();
    private readonly Thread _thread;
    private Write? _next;
    private bool _isClosing;
    private CommitRecord _committed;
    private bool _failed;

    /// <summary>A log that goes on behind what the files hold.</summary>
    /// <param name="files">The ledger files.</param>
    /// <param name="head">Where to note how far the ledger has come.</param>
    /// <param name="committed">The last commit so far; null where there is none.</param>
    /// <param name="metrics">Where it measures how long the disk takes.</param>
    public LocalLog(LedgerFiles files, LedgerHead head, CommitRecord? committed, LedgerMetrics metrics)
    {
        (_files, _head, _metrics) = (files, head, metrics);
        _committed = committed ?? new CommitRecord(default, Digest.Zero);
        _thread = new Thread(Run) { IsBackground = true, Name = "stele-log" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public Task AppendAsync(Batch batch, bool mayBlock)
    {
        var write = new Write(batch);
        if (mayBlock)
        {
            Carry(write);
            return write.Durable.Task;
        }
        lock (_gate)
        {
            if (_next is not null) throw new InvalidOperationException("The batch before is still being written.");
            _next = write;
            Monitor.Pulse(_gate);
        }
        return write.Durable.Task;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        lock (_gate)
        {
            _isClosing = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join();
        // After a failure nothing is said to be durable any more, not even what was before.
        if (!_failed) _head.Flush();
        _files.Dispose();
        _head.Dispose();
    }

    private void Run()
    {
        while (Take() is { } write) Carry(write);
    }

    private void Carry(Write write)
    {
        try
        {
            MakeDurable(write.Batch);
        }
        catch (Exception failure)
        {
            _failed = true;
            write.Durable.SetException(failure);
            return;
        }
        // What follows a write runs here: waking another thread for it would cost as much as the write.
        write.Durable.SetResult();
    }

    private Write? Take()
    {
        lock (_gate)
        {
            while (_next is null && !_isClosing) Monitor.Wait(_gate);
            var write = _next;
            _next = null;
            return write;
        }
    }

    private void MakeDurable(Batch batch)
    {
        var begun = _metrics.BeginFlush();
        try
        {
            _files.Append([.. batch.Entries.Select(Place)]);
        }
        catch (WriteRefusedException refused) when (refused.Taken > 0)
        {
            // A part of the batch is in the ledger: nobody may be told that it was not taken.
            throw new IOException(refused.Message, refused);
        }
        _committed = batch.Commit ?? _committed;
        _head.Write(new LedgerHeadRecord(batch.Entries[^1].Encoded.Id, _files.End, _committed.Id, _committed.Root));
        _metrics.Flushed(begun);
    }

    private static LedgerFileEntry Place(BatchEntry entry) =>
        new(entry.Encoded.Id.SeqNo, entry.Encoded.Bytes, MayEndFile: entry.IsSignature);

    private sealed record Write(Batch Batch)
    {
        public TaskCompletionSource Durable { get; } = new();
    }
}
