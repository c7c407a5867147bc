using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stele.Cryptography.Sealing;
using Stele.Governance.Nodes;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;
using Stele.Ledger.Transactions;

namespace Stele.Governance.Tests;

/// <summary>Nodes that ask to join, are trusted, and retire, as transactions on CCF's tables.</summary>
public sealed class NodeTests
{
    private static readonly Uri Address = new("https://10.0.0.1:8443");

    private readonly LedgerSecret _secret = LedgerSecret.Generate();
    private LedgerTables _tables = LedgerTables.Empty;

    [Fact]
    public void A_node_asks_is_trusted_and_retires()
    {
        Assert.Equal(NodeChange.Made, Run(new RecordJoin(Node("a1"))));
        var pending = NodeTable.Find(_tables, "a1")!;
        Assert.Equal((NodeStatus.Pending, Address, "request a1", "key a1"),
            (pending.Status, pending.Address, pending.CertificateRequest, pending.EncryptionKey));
        Assert.Empty(NodeTable.Trusted(_tables));
        Assert.Empty(NodeTable.Evidence(_tables));
        Assert.Null(NodeTable.Certificate(_tables, "a1"));

        Assert.Equal(NodeChange.Made, Run(new TrustNode("a1", "certificate")));
        Assert.Equal(["a1"], NodeTable.Trusted(_tables));
        Assert.Equal("certificate", NodeTable.Certificate(_tables, "a1"));
        Assert.Equal(NodeChange.LastTrusted, Run(new RetireNode("a1")));

        Run(new RecordJoin(Node("b2")));
        Run(new TrustNode("b2", "another"));
        Assert.Equal(NodeChange.Made, Run(new RetireNode("a1")));
        Assert.Equal(["b2"], NodeTable.Trusted(_tables));
        Assert.Equal(NodeStatus.Retired, NodeTable.Find(_tables, "a1")!.Status);
        Assert.Equal("certificate", NodeTable.Certificate(_tables, "a1"));
    }

    [Fact]
    public void A_retired_node_stays_retired()
    {
        foreach (var id in new[] { "a1", "b2" })
        {
            Run(new RecordJoin(Node(id)));
            Run(new TrustNode(id, "certificate"));
        }
        Run(new RetireNode("a1"));
        Assert.Equal(NodeChange.Retired, Run(new RecordJoin(Node("a1"))));
        Assert.Equal(NodeChange.Retired, Run(new TrustNode("a1", "certificate")));
        Assert.Equal(["b2"], NodeTable.Trusted(_tables));
    }

    [Fact]
    public void Whoever_asks_again_asks_with_the_same_keys()
    {
        Run(new RecordJoin(Node("a1")));
        Assert.Equal(NodeChange.Made, Run(new RecordJoin(Node("a1"))));
        Assert.Equal(NodeChange.AnotherRequest, Run(new RecordJoin(Node("a1") with { EncryptionKey = "another" })));
        Assert.Equal(NodeChange.AnotherRequest, Run(new RecordJoin(Node("a1") with { CertificateRequest = "another" })));
        Assert.Equal("key a1", NodeTable.Find(_tables, "a1")!.EncryptionKey);
    }

    [Fact]
    public void Nobody_fills_the_ledger_by_asking()
    {
        for (var i = 0; i < NodeTable.PendingMax; i++) Assert.Equal(NodeChange.Made, Run(new RecordJoin(Node($"{i:x2}"))));
        Assert.Equal(NodeChange.TooManyPending, Run(new RecordJoin(Node("fe"))));
        Assert.Equal(NodeChange.Made, Run(new RetireNode("03")));
        Assert.Null(NodeTable.Find(_tables, "03"));
        Assert.Equal(NodeChange.Made, Run(new RecordJoin(Node("fe"))));
    }

    [Fact]
    public void What_is_not_there_is_neither_trusted_nor_retired()
    {
        Assert.Equal(NodeChange.NoSuchNode, Run(new TrustNode("a1", "certificate")));
        Assert.Equal(NodeChange.NoSuchNode, Run(new RetireNode("a1")));
    }

    [Fact]
    public void What_members_said_of_a_node_stays_when_it_is_trusted_told_of_and_retired()
    {
        Run(new RecordJoin(Node("a1")));
        var pending = Row("a1");
        pending["node_data"] = JsonNode.Parse("""{"place":"Zürich, rack 4","disks":[1,2]}""");
        pending["ledger_secret_seqno"] = 17;
        pending["of_another_version"] = "kept";
        var written = new WriteSet();
        written.Put(TableNames.NodesInfo, "a1"u8.ToArray(), JsonSerializer.SerializeToUtf8Bytes(pending));
        _tables = _tables.With(written, TransactionId.Of(2, 1).SeqNo);
        Run(new RecordJoin(Node("b2")));
        Run(new TrustNode("b2", "another"));

        Run(new TrustNode("a1", "certificate"));
        AssertKept("Trusted");
        Run(new RetireNode("a1"));
        AssertKept("Retired");
        Assert.Null(Row("b2")["node_data"]);

        void AssertKept(string status)
        {
            var row = Row("a1");
            Assert.Equal(status, row["status"]!.GetValue<string>());
            foreach (var name in new[] { "node_data", "ledger_secret_seqno", "of_another_version", "quote_info", "node_info_network" })
                Assert.True(JsonNode.DeepEquals(pending[name], row[name]), name);
        }
    }

    private JsonObject Row(string id)
    {
        Assert.True(_tables.TryGet(TableNames.NodesInfo, Encoding.UTF8.GetBytes(id), out var row));
        return JsonNode.Parse(row.Span)!.AsObject();
    }

    private static NodeRecord Node(string id) => new(NodeStatus.Trusted, NodeEvidence.Virtual(id), Address)
    {
        CertificateRequest = $"request {id}",
        EncryptionKey = $"key {id}",
    };

    private NodeChange Run(ICommand<NodeChange> command)
    {
        var transaction = new Transaction(TransactionId.Of(2, 1), _tables, _secret);
        var change = command.Execute(transaction);
        _tables = _tables.With(transaction.Writes, transaction.Id.SeqNo);
        return change;
    }
}
