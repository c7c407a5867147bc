using System.Text;
using Stele.Replication;
using Stele.Replication.Sequencing;
using Stele.Server.Application;

namespace Stele.Server.Functions;

/// <summary>Hands a write to the ledger, and notes that it did.</summary>
internal delegate Task<Outcome<bool>> Submit(Func<Task<Outcome<bool>>> write);

/// <summary>What a run of scripts came to.</summary>
/// <param name="Answer">What it says.</param>
/// <param name="Counts">Whether what it wrote is to be recorded.</param>
/// <param name="Entry">An entry to be recorded with it.</param>
internal readonly record struct RunResult<T>(T Answer, bool Counts, AppendEntry? Entry = null);

/// <summary>
/// Runs the scripts of users, few at a time, each in a transaction: where something that it read has changed before it is recorded,
/// it runs anew.
/// </summary>
/// <param name="node">The ledger.</param>
/// <param name="writes">The way to write to it.</param>
/// <param name="entries">Reads its entries.</param>
/// <param name="logs">Where these are.</param>
/// <param name="time">The clock.</param>
internal sealed class ScriptRuns(
    LedgerNode node, UserWrites writes, EntryReader entries, EntryTables logs, TimeProvider time) : IDisposable
{
    private const int WaitingMax = 256;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    // Half of the machine is the ledger's own.
    private readonly SemaphoreSlim _places = new(Math.Max(2, Environment.ProcessorCount / 2));
    private int _waiting;

    /// <summary>Which collections were written to last.</summary>
    public CollectionVersions Collections { get; } = new();

    /// <summary>Runs scripts and records what they wrote.</summary>
    /// <param name="run">Runs them, once or more often.</param>
    /// <param name="submit">Hands the write to the ledger.</param>
    /// <param name="untilCommitted">Whether to wait until it is committed.</param>
    /// <param name="cancel">When nobody waits for it any more; not once it goes to the ledger.</param>
    /// <returns>What they say, and the transaction they became; none where nothing was written.</returns>
    /// <exception cref="LedgerUnavailableException">Nothing was written; it may be sent again.</exception>
    /// <exception cref="OutcomeUnknownException">Whether anything was written cannot be known.</exception>
    public async Task<(TransactionId? Id, T Answer)> RunAsync<T>(
        Func<ScriptTransaction, Task<RunResult<T>>> run, Submit submit, bool untilCommitted, CancellationToken cancel)
    {
        await EnterAsync(cancel);
        try
        {
            var attempts = new Attempts(time);
            while (attempts.TryBegin())
            {
                var transaction = new ScriptTransaction(Start());
                if (await TryAsync(run, transaction) is not { } result) continue;
                if (!result.Counts || (transaction.Writes.IsEmpty && result.Entry is null)) return (null, result.Answer);
                var record = new RecordRun(transaction, Collections, result.Entry);
                var recorded = await submit(() => writes.SubmitAsync(record, untilCommitted));
                if (recorded.Result) return (recorded.Id, result.Answer);
                // What changed is on its way to this node's tables.
                await node.WhenAtAsync(recorded.Id.SeqNo, cancel);
            }
        }
        catch (TimeoutException)
        {
            // Its own work and the ledger's for it are counted in steps: those were not used up.
            throw new LedgerUnavailableException(
                "The node is too busy: a script had a minute, and made fewer steps than it may. Nothing was written. "
                + "Send the request again.", Soon);
        }
        finally
        {
            _places.Release();
        }
        throw new LedgerUnavailableException("What the script reads changes faster than it runs. Send the request again.", Soon);
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private static async Task<RunResult<T>?> TryAsync<T>(Func<ScriptTransaction, Task<RunResult<T>>> run, ScriptTransaction transaction)
    {
        try
        {
            return await run(transaction);
        }
        catch (RunOvertakenException)
        {
            return null;
        }
    }

    private async Task EnterAsync(CancellationToken cancel)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > WaitingMax)
                throw new LedgerUnavailableException($"{WaitingMax} scripts are waiting already; send this one again.", Soon);
            await _places.WaitAsync(cancel);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    // In this order: what is read is never older than what it is said to be.
    private RunStart Start()
    {
        var view = Collections.View;
        var position = node.Position;
        return new RunStart(view, position, node.Tables, logs, Newest);
    }

    private NewestEntry? Newest(CollectionId collection) =>
        node.Collections.Latest(collection) is { } latest && node.Read(latest) is { } entry && entries.In(entry, collection) is { } found
            ? new(latest, Encoding.UTF8.GetBytes(found.Contents), entry.Size)
            : null;
}
