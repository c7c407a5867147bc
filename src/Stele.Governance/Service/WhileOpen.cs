using Stele.Ledger.Transactions;

namespace Stele.Governance.Service;

/// <summary>
/// What a user or an administrator wants written. It is looked at where it is written, whenever it was sent: from the transaction
/// on that closes the service, nothing of the kind is.
/// </summary>
/// <param name="command">What is to be done.</param>
/// <param name="closure">Whether the service is closed.</param>
public sealed class WhileOpen<TResult>(ICommand<TResult> command, ServiceClosure closure) : ICommand<TResult>
{
    /// <summary>Does it.</summary>
    /// <exception cref="ServiceClosedException">The service is closed.</exception>
    public TResult Execute(Transaction transaction) =>
        closure.IsIn(transaction.State) ? throw new ServiceClosedException() : command.Execute(transaction);
}
