using Stele.Ledger.Transactions;

namespace Stele.Governance.Tests;

/// <summary>Whoever runs the service can have it write, and sign, anything.</summary>
internal sealed class Rewrite(Action<Transaction> writes) : ICommand<bool>
{
    public bool Execute(Transaction transaction)
    {
        writes(transaction);
        return true;
    }
}
