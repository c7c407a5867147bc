using Stele.Governance.Service;
using Stele.Ledger.Transactions;
using Stele.Replication;
using Stele.Replication.Sequencing;

namespace Stele.Server.Application;

/// <summary>The way of what users and administrators write to the ledger: open while the service is.</summary>
/// <param name="node">The ledger.</param>
internal sealed class UserWrites(LedgerNode node)
{
    private readonly ServiceClosure _closure = new();

    /// <summary>Runs a command in the next transaction.</summary>
    /// <returns>Its outcome, once what it wrote is durable, or committed.</returns>
    /// <exception cref="ServiceClosedException">Members have closed the service. Nothing was written.</exception>
    /// <exception cref="LedgerUnavailableException">It was not taken; it may be sent again.</exception>
    /// <exception cref="OutcomeUnknownException">Whether it was taken cannot be known.</exception>
    public Task<Outcome<TResult>> SubmitAsync<TResult>(ICommand<TResult> command, bool untilCommitted = false) =>
        node.SubmitAsync(new WhileOpen<TResult>(command, _closure), untilCommitted);
}
