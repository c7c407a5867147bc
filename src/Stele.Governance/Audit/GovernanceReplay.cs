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

    /// <summary>The tables after the last transaction.</summary>
    public LedgerTables Tables { get; private set; } = LedgerTables.Empty;

    /// <summary>Whether a transaction changes what members decide on.</summary>
    public static bool IsGovernance(WriteSet written) =>
        written.Tables.Any(table => table.Name.Value.StartsWith(GovernanceTables.Prefix, StringComparison.Ordinal));

    /// <summary>Takes the root that a signature transaction signs.</summary>
    public void Sign(in Digest root) => _roots.Sign(root);

    /// <summary>Takes the next transaction.</summary>
    /// <param name="id">The transaction.</param>
    /// <param name="written">What it wrote to public tables.</param>
    /// <param name="root">The Merkle root over all transactions before it; of no interest where it changes nothing of governance.</param>
    /// <returns>What it did to the tables of governance; none where it did nothing to them.</returns>
    public GovernanceEvent? Accept(TransactionId id, WriteSet written, in Digest root)
    {
        _roots.Current = root;
        var done = IsGovernance(written) ? Judge(id, written) : null;
        if (!written.IsEmpty) Tables = Tables.With(written, id.SeqNo);
        return done;
    }

    private GovernanceEvent Judge(TransactionId id, WriteSet written)
    {
        try
        {
            if (RecordedRequest.IsIn(written)) return Decide(id, written);
            if (Began(written) is { } recoveries) return new GovernanceEvent.ServiceBegan(id, recoveries);
            return Told(id, written) ?? ByService(id, written);
        }
        catch (Exception fault) when (fault is FormatException or JsonException or InvalidOperationException or KeyNotFoundException
            or ArgumentException or CryptographicException)
        {
            return new GovernanceEvent.Unexplained(id, fault.Message);
        }
        catch (TimeoutException late)
        {
            return new GovernanceEvent.Unexplained(id, $"It could not be decided again on this machine: {late.Message}");
        }
    }

    private GovernanceEvent Decide(TransactionId id, WriteSet written)
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
            case Decision.Granted granted:
                var member = MemberTable.Find(Tables, request.Header.MemberId)!;
                return new GovernanceEvent.Decided(
                    id, request.Header, member.Certificate, granted.Proposal, ActionsOf(request, granted.Proposal));
            default:
                throw new InvalidOperationException("No such decision.");
        }
    }

    private static GovernanceEvent.Unexplained Fault(TransactionId id, SignedRequest request, string why) =>
        new(id, $"The recorded {request.Header.Type} of member {request.Header.MemberId} does not stand: {why}");

    // A service begins once, and again under another identity when it is recovered: then it names its node, and no more.
    private int? Began(WriteSet written)
    {
        if (!written.TryGet(TableNames.ServiceInfo, TableNames.SingleKey.Span, out var row)) return null;
        if (!Tables.TryGet(TableNames.ServiceInfo, TableNames.SingleKey, out _)) return 0;
        using var info = JsonDocument.Parse(row);
        if (info.RootElement.GetProperty("cert").GetString() == ServiceTable.Certificate(Tables)) return null;
        Tables.TryGet(TableNames.ServiceInfo, TableNames.SingleKey, out var old);
        using var before = JsonDocument.Parse(old);
        var recoveries = Recoveries(info);
        var fault = recoveries == Recoveries(before) + 1
            ? RecordedRecovery.Fault(Tables, info.RootElement, written)
            : $"says {recoveries} recoveries, and the service before it {Recoveries(before)}";
        return fault is null
            ? recoveries
            : throw new FormatException($"The service's identity was changed otherwise than by a recovery: the new one {fault}.");
    }

    private static int Recoveries(JsonDocument service) =>
        service.RootElement.TryGetProperty("recovery_count", out var count) ? count.GetInt32() : 0;

    private GovernanceEvent.StateTold? Told(TransactionId id, WriteSet written)
    {
        if (Governed(written).ToList() is not [{ Writes: [var row] } table] || table.Name != GovernanceTables.MemberAcks) return null;
        var told = RecordedRequest.StateIn(row.Value);
        return _roots.Find(root => root.ToHex() == told) is not null
            ? new GovernanceEvent.StateTold(id, Encoding.UTF8.GetString(row.Key.Span))
            : throw new FormatException("A member was told a state that this ledger never had.");
    }

    private GovernanceEvent ByService(TransactionId id, WriteSet written)
    {
        var tables = Governed(written).ToList();
        return OwnTable.Refuse(Tables, tables) is { } fault
            ? new GovernanceEvent.Unexplained(id, fault)
            : new GovernanceEvent.WrittenByService(id, [.. tables.Select(table => table.Name)]);
    }

    private string[] ActionsOf(SignedRequest request, Proposal? proposal)
    {
        if (proposal is null) return [];
        var text = request.Header.Type == RequestType.Proposal
            ? Encoding.UTF8.GetString(request.Body.Span)
            : ProposalTable.Text(Tables, proposal.Id);
        using var json = JsonDocument.Parse(text ?? "{}");
        return json.RootElement.TryGetProperty("actions", out var actions) && actions.ValueKind == JsonValueKind.Array
            ? [.. actions.EnumerateArray().Select(NameOf)]
            : [];
    }

    private static string NameOf(JsonElement action) =>
        action.ValueKind == JsonValueKind.Object && action.TryGetProperty("name", out var name) ? name.ToString() : "?";

    private static IEnumerable<TableWrites> Governed(WriteSet written) =>
        written.Tables.Where(table => table.Name.Value.StartsWith(GovernanceTables.Prefix, StringComparison.Ordinal));
}
