using System.Text;
using Stele.Ledger.Audit;
using Stele.Ledger.Entries;
using Stele.Ledger.Secrets;
using Stele.Ledger.Transactions;

namespace Stele.Replication.Tests;

/// <summary>Whose signatures an auditor takes when a node's part in the network has ended.</summary>
public sealed class RetiredSignerTests : IDisposable
{
    private readonly SmallLedger _ledger = new();

    public void Dispose() => _ledger.Dispose();

    [Theory]
    [InlineData("""{"status":"Retired","retired_committed":true}""", true)]
    // CCF's way: the node signs until it is said that its retirement is committed, and that too.
    [InlineData("""{"status":"Retired"}""", false)]
    [InlineData("""{"status":"Trusted"}""", false)]
    [InlineData("""{"status":"Pending"}""", true)]
    public async Task A_retired_nodes_later_signature_is_refused(string row, bool isRefused)
    {
        await _ledger.FillAsync(records: 3);
        TransactionId said;
        await using (var node = _ledger.Open())
        {
            said = (await node.SubmitAsync(new SetNode(_ledger.NodeId, row), untilCommitted: true)).Id;
            await node.SubmitAsync(new Put("behind", "it"), untilCommitted: true);
        }
        foreach (var secrets in new[] { null, new LedgerSecrets(_ledger.Secret) })
        {
            var report = await LedgerAuditor.AuditAsync(
                _ledger.Files, new AuditOptions { Secrets = secrets }, TestContext.Current.CancellationToken);
            if (!isRefused)
            {
                Assert.IsType<AuditReport.Verified>(report);
                continue;
            }
            var refused = Assert.IsType<AuditReport.Failed>(report);
            Assert.Contains($"Node {_ledger.NodeId} signs while it is", refused.Reason, StringComparison.Ordinal);
            Assert.True(refused.SeqNo > said.SeqNo);
        }
    }

    private sealed class SetNode(string id, string row) : ICommand<bool>
    {
        public bool Execute(Transaction transaction)
        {
            transaction.Put(TableNames.NodesInfo, Encoding.ASCII.GetBytes(id), Encoding.UTF8.GetBytes(row));
            return true;
        }
    }
}
