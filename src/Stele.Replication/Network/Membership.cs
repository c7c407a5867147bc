using Stele.Etcd;
using Stele.Ledger.Secrets;
using Stele.Ledger.Transactions;
using Stele.Replication.Sequencing;
using Stele.Replication.Signing;

namespace Stele.Replication.Network;

/// <summary>
/// A node's life among others: it follows whoever is primary, stands for election when nobody is, and writes for as long as
/// it is elected.
/// </summary>
/// <remarks>
/// One loop owns the replica: following and leading never overlap. A term ends with its lease, with the log's first failure,
/// when the node is retired, or when it is stopped; what was not ordered by then is answered as not taken.
/// </remarks>
internal sealed class Membership : ILedgerWriter
{
    // Four fifths of what etcd takes in one request is left for the last entry of a batch, and a signature before it.
    private const long BatchBytesMax = 256 << 10;
    private const int EntryBytesMax = 1_400_000;

    // Where a store begins anew, views may have been elected that this ledger does not show: their vectors are not used again.
    private const long ViewsSkipped = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RoomPause = TimeSpan.FromSeconds(1);

    // What needs a person to mend it is looked at less and less often.
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(5);

    private readonly NetworkOptions _options;
    private readonly Replica _replica;
    private readonly View _known;
    private readonly RootSigner _signer;
    private readonly SecretKeeper _secrets;
    private readonly SequencerOptions _sequencing;
    private readonly TimeProvider _time;
    private readonly StoreKeys _keys;
    private readonly byte[] _batchKey;
    private readonly Troubles _troubles;
    private readonly StoreGuard _guard;
    private readonly Following _following;
    private readonly Election _election;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _living;
    private readonly Task _flushing;
    private readonly Task _checking;
    private volatile Sequencer? _sequencer;
    private volatile string? _failure;
    private volatile bool _wasTrusted;
    private SeqNo? _fullAt;

    /// <summary>Begins to follow.</summary>
    /// <param name="options">The network.</param>
    /// <param name="replica">This node's own copy of the ledger.</param>
    /// <param name="known">The last view that this node knows to have been written in; it may be later than its ledger's.</param>
    /// <param name="signer">What makes signature transactions.</param>
    /// <param name="secrets"></param>
    /// <param name="sequencing">The bounds of the sequencer.</param>
    /// <param name="time">The clock.</param>
    public Membership(
        NetworkOptions options, Replica replica, View known, RootSigner signer, SecretKeeper secrets, SequencerOptions sequencing,
        TimeProvider time)
    {
        (_options, _replica, _known, _signer, _secrets, _time) = (options, replica, known, signer, secrets, time);
        _sequencing = sequencing with { BatchBytesMax = BatchBytesMax, EntryBytesMax = EntryBytesMax, IsElected = true };
        _keys = new StoreKeys(options.Ledger);
        // Of the first secret: it is the same for nodes that have not come to a newer one yet.
        _batchKey = secrets.Known.All[0].Value.DeriveKey("batches in etcd"u8);
        _troubles = new Troubles(options.Troubled, options.Lease, time);
        _guard = new StoreGuard(options, _keys, replica, _batchKey, time);
        _following = new Following(options, _keys, replica, _guard, _batchKey, _troubles, time);
        _election = new Election(options, _keys, time);
        _living = LiveAsync();
        _flushing = new FlushBehind(options, _keys, replica, _guard, time).RunAsync(Fail, _stop.Token);
        _checking = CheckVersionAsync();
    }

    /// <inheritdoc/>
    public NodeRole Role => _sequencer is null ? NodeRole.Backup : NodeRole.Primary;

    /// <inheritdoc/>
    /// <remarks>A node that has stopped following does not know any more.</remarks>
    public PrimaryNode? Primary => _failure is null ? _following.Primary : null;

    /// <inheritdoc/>
    public string? Stopped => _failure ?? (IsRetired() ? "This node was retired: it has no part in the network any more." : null);

    /// <inheritdoc/>
    public bool IsCaughtUp => _following.IsCaughtUp;

    /// <inheritdoc/>
    public int Waiting => _sequencer?.Waiting ?? 0;

    /// <inheritdoc/>
    public NetworkTrouble? Trouble => _troubles.Current;

    /// <inheritdoc/>
    public Task<Outcome<TResult>> SubmitAsync<TResult>(ICommand<TResult> command, bool untilCommitted) =>
        _sequencer is { } sequencer
            ? sequencer.SubmitAsync(command, untilCommitted)
            : Task.FromException<Outcome<TResult>>(new LedgerUnavailableException(
                _failure ?? $"{_troubles.Current?.Reason ?? "This node is not the primary at the moment."} Send this one again.",
                TimeSpan.FromSeconds(1)));

    /// <inheritdoc/>
    public Task WhenAtAsync(SeqNo seqno, CancellationToken cancel) =>
        Role == NodeRole.Primary ? Task.CompletedTask : _replica.WhenAtAsync(seqno, cancel);

    /// <inheritdoc/>
    public async Task LeaveAsync()
    {
        await _stop.CancelAsync();
        await _living;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        await _flushing;
        await _checking;
        _replica.Close();
        _guard.Flush();
        _election.Dispose();
        _stop.Dispose();
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(_batchKey);
    }

    // Beside everything else: a member that does not answer holds nobody up.
    private async Task CheckVersionAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await _options.Etcd.CheckVersionAsync(_stop.Token);
        }
        catch (EtcdUnsupportedException old)
        {
            Fail(old);
        }
        catch (Exception failure) when (failure is EtcdUnavailableException or EtcdException or OperationCanceledException)
        {
            // Who cannot be asked orders nothing either.
        }
    }

    private async Task LiveAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var pause = Pause;
        while (!_stop.IsCancellationRequested && _failure is null)
        {
            try
            {
                await LiveOnceAsync(_stop.Token);
                pause = Pause;
            }
            catch (Exception failure) when (failure is EtcdUnavailableException or EtcdException or EtcdOutcomeUnknownException
                or PeersUnavailableException)
            {
                _troubles.Met(failure, writing: false);
                await Task.Delay(pause, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = failure is not EtcdException ? Pause : pause * 2 < PauseMax ? pause * 2 : PauseMax;
            }
            catch (NoRoomException full)
            {
                await WaitForRoomAsync(full);
            }
            catch (OperationCanceledException)
            {
                // The node stops, or the term was over before it had begun.
            }
            catch (Exception failure)
            {
                Fail(failure);
            }
        }
    }

    private async Task WaitForRoomAsync(NoRoomException full)
    {
        // Said once, and again only when something was taken in between.
        if (_fullAt != _replica.Next)
            _options.Tells(
                $"This node follows no further while its disk takes no more; it tries again, and answers reads: {full.Message}");
        _fullAt = _replica.Next;
        await Task.Delay(RoomPause, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task LiveOnceAsync(CancellationToken stop)
    {
        await _following.UntilVacantAsync(stop);
        if (!MayLead())
        {
            await Task.Delay(Pause, _time, stop);
            return;
        }
        if (await TryWinAsync(stop) is not { } term) return;
        try
        {
            await LeadAsync(term, stop);
        }
        finally
        {
            await _election.ResignAsync(term);
            _replica.Resume();
            _replica.Arrived();
        }
    }

    private async Task<Term?> TryWinAsync(CancellationToken stop)
    {
        try
        {
            var term = await _election.TryWinAsync(LastView(), stop);
            if (term is not null) _troubles.Worked(writing: true);
            return term;
        }
        catch (EtcdException refused)
        {
            _troubles.Met(refused, writing: true);
            if (refused.Error != EtcdError.NoSpace) throw;
            if (!await TryReopenAsync(stop)) await Task.Delay(PauseMax, _time, stop);
            return null; // another try
        }
    }

    // Nobody is primary, and nobody can be: whoever stands for election makes room, the others only where the first do not.
    private async Task<bool> TryReopenAsync(CancellationToken stop)
    {
        var rank = _options.TrustedNodes(_replica.State.Tables).Count(node => string.CompareOrdinal(node, _options.NodeId) < 0);
        await Task.Delay(rank * PauseMax, _time, stop);
        var room = new StoreRoom(_options, _keys, _replica, _troubles, _time);
        await room.BeginAsync(stop);
        return await room.TryReopenAsync(stop);
    }

    // One that is still catching up has not come to the entry that trusts it.
    private bool IsRetired()
    {
        var isTrusted = _options.TrustedNodes(_replica.State.Tables).Contains(_options.NodeId);
        _wasTrusted |= isTrusted;
        return _wasTrusted && !isTrusted;
    }

    private View LastView()
    {
        var last = _replica.State.Position.View > _known ? _replica.State.Position.View : _known;
        return _options.BeginsStore ? new View(last.Value + ViewsSkipped) : last;
    }

    // The ledger says who may.
    private bool MayLead() =>
        _replica.Next == SeqNo.First ? _options.Founds : _options.TrustedNodes(_replica.State.Tables).Contains(_options.NodeId);

    private async Task LeadAsync(Term term, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(term.Lost, stop);
        // Nobody else can write any more: what is there now is all that there is.
        var found = await _following.CatchUpAsync(over.Token);
        if (!MayLead() || await _guard.BeginAsync(term, found, over.Token) is not { } hasTail) return;
        var room = new StoreRoom(_options, _keys, _replica, _troubles, _time);
        await room.BeginAsync(over.Token);
        var trimming = room.RunAsync(over.Token);
        try
        {
            await room.WhenThereAsync(trimming, over.Token);
            await WriteAsync(term, room, isFirst: !hasTail, trimming, over.Token);
        }
        finally
        {
            await over.CancelAsync();
            await trimming;
        }
    }

    private async Task WriteAsync(Term term, StoreRoom room, bool isFirst, Task trimming, CancellationToken over)
    {
        var log = new EtcdLog(_options.Etcd, _keys, term, isFirst, _replica, room, MayLead, _batchKey, _time);
        var sequencer = new Sequencer(
            log, _replica.State, _replica.Tree, _replica.Commit, new View(term.View.Value - 1), _signer, _secrets, _sequencing, _time);
        _sequencer = sequencer;
        _sequencing.Metrics.Elected();
        try
        {
            while (MayLead() && !sequencer.Ended.IsCompleted && !trimming.IsCompleted) await WhenOverAsync(sequencer, over);
        }
        catch (OperationCanceledException)
        {
            // The term is over, or the node stops.
        }
        finally
        {
            _sequencer = null;
            await sequencer.DisposeAsync();
        }
        if (sequencer.Failure is { } failure && !IsOfTheStore(failure)) Fail(failure);
    }

    private async Task WhenOverAsync(Sequencer sequencer, CancellationToken over)
    {
        try
        {
            await sequencer.Ended.WaitAsync(Pause, _time, over);
        }
        catch (TimeoutException)
        {
            // Time to look whether this node may still lead.
        }
    }

    // What ends a term, and not the node.
    private static bool IsOfTheStore(Exception failure) =>
        failure is DeposedException or NotOrderedException or NoRoomException or StoreSilentException or EtcdException
            or EtcdUnavailableException or EtcdOutcomeUnknownException;

    private void Fail(Exception failure)
    {
        if (_failure is not null) return;
        _failure = $"This node has stopped following the ledger: {failure.Message}";
        _options.Stops(_failure);
        _stop.Cancel();
    }
}
