using Stele.Cryptography;
using Stele.Governance;
using Stele.Governance.Members;
using Stele.Governance.Requests;
using Stele.Ledger.Tables;

namespace Stele.Server.Governing;

/// <summary>
/// Requests of the last hour that leave no trace on the ledger by which a repetition would be known: proposals that are not sound,
/// for which a script ran, and questions for the state. Who sends one again gets what was answered, and it costs nobody's time.
/// </summary>
/// <remarks>Used by one request at a time.</remarks>
/// <param name="time">The clock.</param>
internal sealed class KnownRequests(TimeProvider time)
{
    private const int CountMax = 10_000;
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);
    private readonly Dictionary<Digest, Decision.Refused> _unsound = [];
    private readonly Dictionary<Digest, DateTimeOffset> _told = [];
    private LedgerTables _of = LedgerTables.Empty;

    /// <summary>What a request came to that was here before; null where it was not.</summary>
    public Decision? Find(SignedRequest request, LedgerTables tables)
    {
        if (!RecordDecision.IsSame(_of, tables)) _unsound.Clear();
        _of = tables;
        return request.Header.Type switch
        {
            RequestType.Proposal => _unsound.GetValueOrDefault(request.Either),
            RequestType.StateDigest when _told.ContainsKey(request.Either) =>
                new Decision.Granted(new(), StateDigest: MemberTable.StateDigest(tables, request.Header.MemberId)),
            _ => null,
        };
    }

    /// <summary>Keeps what a request came to.</summary>
    public void Keep(SignedRequest request, Decision decision)
    {
        switch (decision)
        {
            case Decision.Refused { Why.Code: RefusalCode.ProposalFailedToValidate } refused when _unsound.Count < CountMax:
                _unsound[request.Either] = refused;
                break;
            case Decision.Granted when request.Header.Type == RequestType.StateDigest:
                KeepTold(request.Either);
                break;
        }
    }

    // Only what is too old to be taken again is forgotten.
    private void KeepTold(Digest request)
    {
        var now = time.GetUtcNow();
        if (_told.Count >= CountMax)
        {
            foreach (var old in _told.Where(one => now - one.Value > 2 * KeptFor).Select(one => one.Key).ToList()) _told.Remove(old);
        }
        _told[request] = now;
    }
}
