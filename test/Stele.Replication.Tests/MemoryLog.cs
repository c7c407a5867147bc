using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Replication.Log;

namespace Stele.Replication.Tests;

/// <summary>How a log fails.</summary>
public enum Failure
{
    /// <summary>Nothing of the batch was taken.</summary>
    Refused,

    /// <summary>The flush failed, and the batch is gone.</summary>
    Lost,

    /// <summary>The flush failed, and the batch is there all the same.</summary>
    Stored,
}

/// <summary>A log in memory that fails at the batch that the test names.</summary>
internal sealed class MemoryLog(Func<Batch, bool> failsAt, Failure failure) : ILedgerLog
{
    private readonly List<Batch> _batches = [];
    private bool _failed;

    public MemoryLog() : this(_ => false, default)
    {
    }

    public IReadOnlyList<Batch> Batches => _batches;

    public int AppendsAfterFailure { get; private set; }

    public async Task AppendAsync(Batch batch, bool mayBlock)
    {
        // What a batch lends ends with its append.
        batch = batch with { Entries = [.. batch.Entries.Select(entry => entry with { Encoded = Copy(entry.Encoded) })] };
        await Task.Yield();
        if (_failed) AppendsAfterFailure++;
        if (!_failed && !failsAt(batch))
        {
            _batches.Add(batch);
            return;
        }
        _failed = true;
        if (failure is Failure.Stored) _batches.Add(batch);
        var cause = new IOException("No space left on device");
        throw failure is Failure.Refused ? new WriteRefusedException(cause) : cause;
    }

    private static EncodedEntry Copy(EncodedEntry entry) => entry with { Bytes = entry.Bytes.ToArray() };

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
