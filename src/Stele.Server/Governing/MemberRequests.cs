using Stele.Cryptography;
using Stele.Governance;
using Stele.Governance.Constitution;
using Stele.Governance.Proposals;
using Stele.Ledger.Signatures;
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
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _one = new(1);
    private readonly ProposalPreviews _previews = new(() => node.Tables, () => NewestRoot(node), time);

    /// <summary>What an open proposal would do; null where there is no such open proposal.</summary>
    /// <exception cref="LedgerUnavailableException">Its script took too long; it may be asked for again.</exception>
    public Task<ProposalPreview?> PreviewAsync(string proposalId, CancellationToken cancel) => _previews.OfAsync(proposalId, cancel);

    /// <summary>Decides a request.</summary>
    /// <param name="decide">What is to be decided.</param>
    /// <param name="cancel">When nobody waits for it any more; not once it goes to the ledger.</param>
    /// <returns>The decision, committed, and its transaction; the ledger's position where nothing was to be written.</returns>
    /// <exception cref="LedgerUnavailableException">It was not taken; it may be sent again.</exception>
    /// <exception cref="OutcomeUnknownException">Whether it was taken cannot be known.</exception>
    public async Task<Outcome<Decision>> DecideAsync(Func<Deliberation, Decision> decide, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            for (var attempt = 0; attempt < AttemptsMax; attempt++)
            {
                var position = node.Position;
                var tables = node.Tables;
                var decision = decide(new Deliberation(tables, NewestRoot(node), service, time, cancel));
                if (decision is not Decision.Granted { Writes.IsEmpty: false } granted) return new(position, decision);
                var recorded = await node.SubmitAsync(new RecordDecision(tables, granted), untilCommitted: true);
                if (recorded.Result) return new(recorded.Id, decision);
                // What changed the state is on its way to this node's tables.
                await node.WhenAtAsync(recorded.Id.SeqNo, cancel);
            }
        }
        catch (TimeoutException late)
        {
            throw new LedgerUnavailableException($"{late.Message} Nothing was decided. Send the request again.", Soon);
        }
        finally
        {
            _one.Release();
        }
        throw new LedgerUnavailableException(
            "The state of governance changes faster than the request can be decided. Send it again.", Soon);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _previews.Dispose();
        _one.Dispose();
    }

    // By the newest signature that is committed the state has a name that an auditor finds in the ledger.
    private static Digest NewestRoot(LedgerNode node) =>
        node.Read(node.Committed.SeqNo) is { } entry && SignatureRecord.TryRead(entry, out var signature) && signature.Node is { } signed
            ? signed.Root
            : throw new LedgerUnavailableException("The ledger has no signature yet. Send this again.", Soon);
}
