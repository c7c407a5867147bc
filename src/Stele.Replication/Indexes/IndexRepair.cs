using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Proofs;
using Stele.Ledger.Recovery;
using Stele.Ledger.Secrets;
using Stele.Ledger.Signatures;

namespace Stele.Replication.Indexes;

/// <summary>
/// Makes again what the indexes lack of the ledger, while the node serves: after their files were lost, or found damaged.
/// </summary>
/// <param name="state">The indexes, and how far the ledger reaches.</param>
/// <param name="read">Reads an entry that is durable, unaltered.</param>
/// <param name="progress">Is told how many entries are still missing, now and then and at the end.</param>
/// <param name="time">The clock by which it tries again what failed.</param>
internal sealed class IndexRepair(LedgerState state, Func<SeqNo, LedgerEntry?> read, Action<long> progress, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Looking whether members have brought the secrets back costs one read of an entry.
    private static readonly TimeSpan UntilRecovered = TimeSpan.FromSeconds(1);

    // One stretch of an index: small enough to stop within, large enough that telling of each costs nothing.
    private const int Stretch = 65_536;

    private bool _secretsLack;
    private long _told = -1;

    /// <summary>Repairs whenever something is missing, until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (true)
            {
                using var round = CancellationTokenSource.CreateLinkedTokenSource(stop);
                var proofs = state.Proofs.WhenMissingAsync(round.Token);
                var collections = state.Collections.WhenMissingAsync(round.Token);
                await await Task.WhenAny(proofs, collections);
                await round.CancelAsync();
                await Task.WhenAll(proofs, collections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                var isWhole = Repair(stop);
                Tell();
                if (!isWhole) await Task.Delay(_secretsLack ? UntilRecovered : Patience, time, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    private bool Repair(CancellationToken stop)
    {
        var isWhole = true;
        _secretsLack = false;
        foreach (var range in state.Proofs.Missing)
            isWhole &= TryRestore(() => state.Proofs.Restore(range, Read(range, stop).Select(Leaf)));
        foreach (var part in state.Collections.Missing.SelectMany(Parts))
            isWhole &= TryRestore(() => state.Collections.Restore(part, Read(part, stop).Select(Writes), stop));
        return isWhole;
    }

    private static ProofLeaf Leaf(LedgerEntry entry) =>
        ProofLeaf.Of(entry.Leaf, SignatureRecord.IsSignature(entry), entry.PublicWrites);

    private static (SeqNo SeqNo, WriteSet Writes) Writes(LedgerEntry entry) => (entry.Id.SeqNo, entry.Writes);

    // An entry that cannot be read, or a disk that refuses, holds up its own range and no other; it is tried again later.
    private bool TryRestore(Action restore)
    {
        Tell();
        try
        {
            restore();
            return true;
        }
        catch (SecretUnknownException)
        {
            _secretsLack = true;
            return false;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or LedgerCorruptException
            or ArgumentException)
        {
            return false;
        }
    }

    private void Tell()
    {
        var missing = state.Proofs.Missing.Concat(state.Collections.Missing).Sum(range => range.Count);
        if (missing == _told) return;
        _told = missing;
        progress(missing);
    }

    private static IEnumerable<SeqNoRange> Parts(SeqNoRange range)
    {
        for (var first = range.First.Value; first <= range.Last.Value;)
        {
            // Along the indexes' own stretches, which begin with seqno 1.
            var last = Math.Min(range.Last.Value, first + Stretch - 1 - ((first - 1) % Stretch));
            yield return new SeqNoRange(new SeqNo(first), new SeqNo(last));
            first = last + 1;
        }
    }

    private IEnumerable<LedgerEntry> Read(SeqNoRange range, CancellationToken stop)
    {
        for (var seqno = range.First; seqno <= range.Last; seqno = seqno.Next)
        {
            stop.ThrowIfCancellationRequested();
            if (seqno == SeqNo.None) continue;
            yield return read(seqno) ?? throw new LedgerCorruptException("", 0, seqno, "it is missing");
        }
    }
}
