using Stele.Cryptography.Sealing;
using Stele.Governance;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;
using Stele.Ledger.Transactions;

namespace Stele.Server.Tests.Governing;

/// <summary>What was decided in one view is not recorded in another: rows of the same versions may be others there.</summary>
public sealed class RecordDecisionTests
{
    private readonly Transaction _transaction =
        new(new TransactionId(new View(5), new SeqNo(20)), LedgerTables.Empty, LedgerSecret.Generate());

    [Theory]
    [InlineData(5, true)]
    [InlineData(3, false)]
    public void A_decision_is_good_for_the_view_that_it_was_made_in(long view, bool isRecorded)
    {
        var writes = new WriteSet();
        writes.Put(TableNames.UserRoles, new byte[1], new byte[1]);
        var record = new RecordDecision(LedgerTables.Empty, new Decision.Granted(writes), new View(view));
        Assert.Equal(isRecorded, record.Execute(_transaction));
        Assert.Equal(isRecorded, !_transaction.Writes.IsEmpty);
        Assert.Equal(new View(5), record.Now);
    }
}
