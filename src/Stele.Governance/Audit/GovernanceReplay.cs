using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Stele.Cryptography;
using Stele.Governance.Members;
using Stele.Governance.Proposals;
using Stele.Governance.Requests;
using Stele.Governance.Service;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;

namespace Stele.Governance.Audit;

/// <summary>
/// Decides again what members decided, one transaction after another: each change of governance must be what a request gives that
/// a member of that time signed, under the constitution of that time, or what <see cref="OwnTable"/> lists.
/// </summary>
/// <remarks>What it holds does not grow with the ledger: the tables of governance, and some thousand roots.</remarks>
/// <param name="time">The clock that ends scripts which take too long.</param>
/// <param name="cancel">When nobody waits for it any more.</param>
public sealed class GovernanceReplay(TimeProvider time, CancellationToken cancel)
{
    private readonly KnownRoots _roots = new();
    private readonly ServiceClosure _closure = new();

    /// <summary>The tables after the last transaction.</summary>
    public LedgerTables Tables { get; private set; } = LedgerTables.Empty;

    /// <summary>Whether a transaction writes to what members decide on, or to users and roles.</summary>
    public static bool IsGovernance(WriteSet written) => written.Tables.Any(table => WriteComparison.IsGoverned(table.Name));

    /// <summary>Takes the root that a signature transaction signs.</summary>
    public void Sign(in Digest root) => _roots.Sign(root);

    /// <summary>Takes the next transaction.</summary>
    /// <param name="id">The transaction.</param>
    /// <param name="written">What it wrote to public tables.</param>
    /// <param name="root">The Merkle root over all transactions before it; of no interest where it changes nothing of governance.</param>
    /// <param name="seals">Whether it wrote to private tables too.</param>
    /// <returns>What it did to the tables of governance; none where it did nothing to them.</returns>
    public GovernanceEvent? Accept(TransactionId id, WriteSet written, in Digest root, bool seals = false)
    {
        _roots.Current = root;
        var done = IsGovernance(written) ? Judge(id, written, seals) : null;
        if (done is null or GovernanceEvent.WrittenByService && TakenWhileClosed(written, seals) is { } what)
            done = new GovernanceEvent.Unexplained(id, $"The service is closed, and {what} was written without a member's signed request.");
        if (!written.IsEmpty) Tables = Tables.With(written, id.SeqNo);
        return done;
    }

    private GovernanceEvent? Judge(TransactionId id, WriteSet written, bool seals)
    {
        try
        {
            if (RecordedRequest.IsIn(written)) return Decide(id, written, seals);
            if (Began(written, seals) is { } recoveries)
                return new GovernanceEvent.ServiceBegan(id, recoveries, RightsChange.Of(Tables, written));
            return (seals ? null : Told(id, written)) ?? ByService(id, written);
        }
        catch (FormatException fault)
        {
            return new GovernanceEvent.Unexplained(id, fault.Message);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException
            or ArgumentException or CryptographicException)
        {
            var tables = string.Join(", ", Governed(written).Select(table => table.Name));
            return new GovernanceEvent.Unexplained(
                id, $"A row that it reads is not in the form that this version knows; it writes {tables}.");
        }
        catch (TimeoutException late)
        {
            return new GovernanceEvent.Unexplained(id, $"It could not be decided again on this machine: {late.Message}");
        }
    }

    // What the service writes by itself, signatures and the like, is CCF's; the rest is its users'.
    private string? TakenWhileClosed(WriteSet written, bool seals)
    {
        try
        {
            if (!_closure.IsIn(Tables)) return null;
            return seals
                ? "something sealed"
                : written.Tables.Select(table => table.Name.Value)
                    .FirstOrDefault(name => !name.StartsWith("public:ccf.", StringComparison.Ordinal));
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            // A row that is none of a service has been told of where it was written.
            return null;
        }
    }

    private GovernanceEvent Decide(TransactionId id, WriteSet written, bool seals)
    {
        var request = RecordedRequest.In(written);
        var actions = new RecordedActions(written, ServiceTable.Certificate(Tables));
        var on = new Deliberation(Tables, RecordedRequest.RootOf(request, written, _roots), actions, time, cancel);
        switch (RecordedRequest.Decide(request, on))
        {
            case Decision.Refused refused:
                return Fault(id, request, refused.Why.Message);
            case Decision.Granted granted when WriteComparison.Difference(Tables, granted.Writes, written) is { } difference:
                return Fault(id, request, granted.Proposal?.Failure is { } failure ? $"it fails: {failure.Reason}" : difference);
            case Decision.Granted when WriteComparison.Beside(written, seals) is { } other:
                return Fault(id, request, $"{other} was written along with it.");
            case Decision.Granted granted:
                var member = MemberTable.Find(Tables, request.Header.MemberId)!;
                return new GovernanceEvent.Decided(
                    id, request.Header, member.Certificate, granted.Proposal, ActionsOf(request, granted.Proposal))
                {
                    Ballot = request.Header.Type == RequestType.Ballot ? RequestBodies.Read(request.Body, out _) : null,
                };
            default:
                throw new InvalidOperationException("No such decision.");
        }
    }

    private static GovernanceEvent.Unexplained Fault(TransactionId id, SignedRequest request, string why) =>
        new(id, $"The recorded {request.Header.Type} of member {request.Header.MemberId} does not stand: {why}");

    // A service begins once, and again under another identity when it is recovered: then it names its node, and no more.
    private int? Began(WriteSet written, bool seals)
    {
        if (!written.TryGet(TableNames.ServiceInfo, TableNames.SingleKey.Span, out var row)) return null;
        if (!Tables.TryGet(TableNames.ServiceInfo, TableNames.SingleKey, out _)) return 0;
        using var info = JsonDocument.Parse(row);
        if (info.RootElement.Text(TableNames.ServiceInfo, "cert") == ServiceTable.Certificate(Tables)) return null;
        Tables.TryGet(TableNames.ServiceInfo, TableNames.SingleKey, out var old);
        using var before = JsonDocument.Parse(old);
        var recoveries = Recoveries(info);
        var fault = recoveries == Recoveries(before) + 1
            ? RecordedRecovery.Fault(Tables, info.RootElement, written, seals)
            : $"says {recoveries} recoveries, and the service before it {Recoveries(before)}";
        return fault is null
            ? recoveries
            : throw new FormatException($"The service's identity was changed otherwise than by a recovery: the new one {fault}.");
    }

    private static int Recoveries(JsonDocument service) =>
        service.RootElement.TryGetProperty("recovery_count", out var count) ? count.GetInt32() : 0;

    private GovernanceEvent.StateTold? Told(TransactionId id, WriteSet written)
    {
        if (written.Tables is not [{ Writes: [var row] } table] || table.Name != GovernanceTables.MemberAcks) return null;
        var told = RecordedRequest.StateIn(row.Value);
        return _roots.Find(root => root.ToHex() == told) is not null
            ? new GovernanceEvent.StateTold(id, Encoding.UTF8.GetString(row.Key.Span))
            : throw new FormatException("A member was told a state that this ledger never had.");
    }

    private GovernanceEvent? ByService(TransactionId id, WriteSet written)
    {
        var tables = Governed(written).ToList();
        if (OwnTable.Refuse(Tables, Tables.With(written, id.SeqNo), tables) is { } fault) return new GovernanceEvent.Unexplained(id, fault);
        var names = tables.Select(table => table.Name).Where(name => !RightsChange.IsIn(name)).ToList();
        var rights = RightsChange.Of(Tables, written);
        return names.Count + rights.Count > 0 ? new GovernanceEvent.WrittenByService(id, names, rights) : null;
    }

    private IReadOnlyList<ProposedAction> ActionsOf(SignedRequest request, Proposal? proposal)
    {
        if (proposal is null) return [];
        var text = request.Header.Type == RequestType.Proposal
            ? Encoding.UTF8.GetString(request.Body.Span)
            : ProposalTable.Text(Tables, proposal.Id);
        return ProposedAction.In(text ?? "{}");
    }

    private static IEnumerable<TableWrites> Governed(WriteSet written) =>
        written.Tables.Where(table => WriteComparison.IsGoverned(table.Name));
}
