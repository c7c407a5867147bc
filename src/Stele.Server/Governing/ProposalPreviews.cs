using Stele.Cryptography;
using Stele.Governance;
using Stele.Governance.Constitution;
using Stele.Governance.Proposals;
using Stele.Ledger.Tables;
using Stele.Replication;

namespace Stele.Server.Governing;

/// <summary>
/// What open proposals would do. Anyone may ask, and scripts take time: each is run once for each state of governance, one after
/// another.
/// </summary>
/// <param name="tables">The current tables.</param>
/// <param name="root">The Merkle root of the newest signature transaction.</param>
/// <param name="time">The clock.</param>
internal sealed class ProposalPreviews(Func<LedgerTables> tables, Func<Digest> root, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<string, ProposalPreview> _known = new(StringComparer.Ordinal);
    private LedgerTables _of = LedgerTables.Empty;

    /// <summary>The preview of a proposal; null where there is no such open proposal.</summary>
    /// <exception cref="LedgerUnavailableException">Its script took too long; it may be asked for again.</exception>
    public async Task<ProposalPreview?> OfAsync(string proposalId, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            var now = tables();
            if (!RecordDecision.IsSame(_of, now)) _known.Clear();
            _of = now;
            if (_known.TryGetValue(proposalId, out var known)) return known;
            var preview = new Deliberation(now, root(), new NoActions(), time, cancel).Preview(proposalId);
            if (preview is not null) _known.Add(proposalId, preview);
            return preview;
        }
        catch (TimeoutException late)
        {
            throw new LedgerUnavailableException(late.Message, Soon);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    // Nothing is endorsed before it is decided.
    private sealed class NoActions : IServiceActions
    {
        public string EndorseNode(string certificateRequest, DateTimeOffset? validFrom, int? days) =>
            "(a certificate that the service will endorse)";
    }
}
