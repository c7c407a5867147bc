using Stele.Cryptography;
using Stele.Governance;
using Stele.Governance.Constitution;
using Stele.Governance.Proposals;
using Stele.Governance.Requests;
using Stele.Ledger.Signatures;
using Stele.Ledger.Tables;
using Stele.Replication;
using Stele.Replication.Sequencing;

namespace Stele.Server.Governing;

/// <summary>
/// Decides what members ask for and puts it on the ledger. Scripts run here, one request after another, and not on the sequencer;
/// where the state has changed meanwhile, the request is decided anew.
/// </summary>
/// <param name="node">The ledger.</param>
/// <param name="service">What a constitution can ask of the service.</param>
/// <param name="time">The clock.</param>
internal sealed class MemberRequests(LedgerNode node, IServiceActions service, TimeProvider time) : IDisposable
{
    private const int AttemptsMax = 30;
    private const int PatientAttempts = 3;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    // A timer may end that much before its time.
    private static readonly TimeSpan TimerGrain = TimeSpan.FromMilliseconds(20);

    private readonly Turns _turns = new();
    private readonly KnownRequests _known = new(time);
    private View? _view;
    private readonly ProposalPreviews _previews = new(() => node.Tables, () => NewestRoot(node), time);

    /// <summary>The node's clock, by which requests are taken.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>What administrators' changes of users and roles wait for.</summary>
    public RightOfWay RightOfWay { get; } = new();

    /// <summary>What an open proposal would do; null where there is no such open proposal.</summary>
    /// <exception cref="LedgerUnavailableException">Its script took too long; it may be asked for again.</exception>
    public Task<ProposalPreview?> PreviewAsync(string proposalId, CancellationToken cancel) => _previews.OfAsync(proposalId, cancel);

    /// <summary>Decides a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="decide">What is to be decided of it.</param>
    /// <param name="cancel">When nobody waits for it any more; not once it goes to the ledger.</param>
    /// <returns>The decision, committed, and its transaction; the ledger's position where nothing was to be written.</returns>
    /// <exception cref="LedgerUnavailableException">It was not taken; it may be sent again.</exception>
    /// <exception cref="OutcomeUnknownException">Whether it was taken cannot be known.</exception>
    public async Task<Outcome<Decision>> DecideAsync(
        SignedRequest request, Func<Deliberation, Decision> decide, CancellationToken cancel)
    {
        // Strangers stand in no line, and no script runs for them.
        var now = On(node.Tables, cancel);
        if (!now.IsByMember(request) && decide(now) is Decision.Refused refused) return new(node.Position, refused);
        if (Deliberation.WaitOf(request, Now) is var wait && wait > TimeSpan.Zero) await Task.Delay(wait + TimerGrain, time, cancel);
        return await _turns.TakeAsync(request.Header.MemberId, () => TryAsync(request, decide, cancel), cancel);
    }

    private async Task<Outcome<Decision>> TryAsync(SignedRequest request, Func<Deliberation, Decision> decide, CancellationToken cancel)
    {
        try
        {
            for (var attempt = 0; attempt < AttemptsMax; attempt++)
            {
                if (attempt == PatientAttempts) RightOfWay.Take();
                if (await AttemptAsync(request, decide, cancel) is { } outcome) return outcome;
            }
        }
        catch (TimeoutException late)
        {
            throw new LedgerUnavailableException($"{late.Message} Nothing was decided. Send the request again.", Soon);
        }
        finally
        {
            RightOfWay.GiveBack();
        }
        throw new LedgerUnavailableException(
            "The state of governance changes faster than the request can be decided. Send it again.", Soon);
    }

    // Null where the state has changed meanwhile.
    private async Task<Outcome<Decision>?> AttemptAsync(
        SignedRequest request, Func<Deliberation, Decision> decide, CancellationToken cancel)
    {
        var position = node.Position;
        var view = _view ?? position.View;
        var tables = node.Tables;
        if (_known.Find(request, tables) is { } known) return new(position, known);
        var decision = decide(On(tables, cancel));
        if (decision is not Decision.Granted { Writes.IsEmpty: false } granted)
        {
            _known.Keep(request, decision);
            return new(position, decision);
        }
        var record = new RecordDecision(tables, granted, view);
        var recorded = await node.SubmitAsync(record, untilCommitted: true);
        _view = record.Now;
        if (recorded.Result)
        {
            _known.Keep(request, decision);
            return new(recorded.Id, decision);
        }
        // What changed the state is on its way to this node's tables.
        await node.WhenAtAsync(recorded.Id.SeqNo, cancel);
        return null;
    }

    private Deliberation On(LedgerTables tables, CancellationToken cancel) => new(tables, NewestRoot(node), service, time, cancel);

    /// <inheritdoc/>
    public void Dispose()
    {
        _previews.Dispose();
        _turns.Dispose();
    }

    // By the newest signature that is committed the state has a name that an auditor finds in the ledger.
    private static Digest NewestRoot(LedgerNode node) =>
        node.Read(node.Committed.SeqNo) is { } entry && SignatureRecord.TryRead(entry, out var signature) && signature.Node is { } signed
            ? signed.Root
            : throw new LedgerUnavailableException("The ledger has no signature yet. Send this again.", Soon);
}
