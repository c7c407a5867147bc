using System.Text.Json;
using System.Text.Json.Nodes;
using Stele.Governance.Proposals;
using Stele.Governance.Service;
using Stele.Ledger.Entries;

namespace Stele.Governance.Tests;

/// <summary>A constitution may be any, and what passes under it leaves a service that nodes can start.</summary>
public sealed class ServiceRowTests
{
    private const string Autocratic = """
        export function validate() { return { valid: true, description: '' }; }
        export function resolve() { return 'Accepted'; }
        export function apply(text) {
          const info = ccf.kv['public:ccf.gov.service.info'];
          const { row } = JSON.parse(text);
          if (row === null) info.delete(new ArrayBuffer(8));
          else info.set(new ArrayBuffer(8), ccf.strToBuf(row));
        }
        """;

    private readonly TestConsortium _consortium = new(members: 1, Autocratic);

    [Theory]
    [InlineData("cert", "\"-----BEGIN CERTIFICATE-----\"", "identity stays")]
    [InlineData("current_service_create_txid", "\"2.2\"", "identity stays")]
    [InlineData("recovery_count", "7", "identity stays")]
    [InlineData("status", "\"Opening\"", "The service is Open, and cannot be made Opening")]
    [InlineData("status", "\"Recovering\"", "cannot be made Recovering")]
    [InlineData("status", "\"WaitingForRecoveryShares\"", "cannot be made WaitingForRecoveryShares")]
    [InlineData("status", "\"2\"", "cannot be made 2")]
    [InlineData("status", "2", "cannot read")]
    public void No_proposal_takes_the_service_back_or_makes_another_of_it(string member, string value, string why)
    {
        var row = Row();
        row[member] = JsonNode.Parse(value);
        AssertFails(row.ToJsonString(), why);
    }

    [Fact]
    public void A_row_that_is_none_fails()
    {
        AssertFails(null, "cannot be removed");
        AssertFails("{", "cannot read");
        AssertFails("[]", "cannot read");
        AssertFails("{}", "identity stays");
        AssertFails("""{"status":"Open","status":"Open"}""", "cannot read");
    }

    [Fact]
    public void No_proposal_opens_a_service_that_waits_for_shares()
    {
        foreach (var (from, to, isAllowed) in new[]
        {
            (ServiceStatus.Recovering, ServiceStatus.Open, false),
            (ServiceStatus.Recovering, ServiceStatus.WaitingForRecoveryShares, true),
            (ServiceStatus.WaitingForRecoveryShares, ServiceStatus.Open, false),
            (ServiceStatus.WaitingForRecoveryShares, ServiceStatus.Recovering, false),
            (ServiceStatus.Opening, ServiceStatus.Open, true),
        })
        {
            _consortium.Run(new Rewrite(transaction => transaction.Put(
                TableNames.ServiceInfo, TableNames.SingleKey, ServiceTable.With(transaction.State, from))));
            var row = Row();
            row["status"] = to.ToString();
            if (!isAllowed) AssertFails(row.ToJsonString(), $"The service is {from}");
            else Assert.Equal(ProposalState.Accepted, Propose(row.ToJsonString()).State);
        }
    }

    private JsonObject Row()
    {
        _consortium.Tables.TryGet(TableNames.ServiceInfo, TableNames.SingleKey, out var row);
        return JsonNode.Parse(row.Span)!.AsObject();
    }

    private Proposal Propose(string? row) => _consortium.Propose(_consortium.Members[0], JsonSerializer.Serialize(new { row }));

    private void AssertFails(string? row, string why)
    {
        _consortium.Tables.TryGet(TableNames.ServiceInfo, TableNames.SingleKey, out var before);
        var proposal = Propose(row);
        Assert.Equal(ProposalState.Failed, proposal.State);
        Assert.Contains(why, proposal.Failure!.Reason, StringComparison.Ordinal);
        _consortium.Tables.TryGet(TableNames.ServiceInfo, TableNames.SingleKey, out var after);
        Assert.True(before.Span.SequenceEqual(after.Span));
    }
}
