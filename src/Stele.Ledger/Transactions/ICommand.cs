namespace Stele.Ledger.Transactions;

/// <summary>Something that is to be done to the ledger in one transaction.</summary>
/// <typeparam name="TResult">What it says of what it did.</typeparam>
public interface ICommand<out TResult>
{
    /// <summary>
    /// Does it. Runs on the sequencer alone, one command after another, and MUST NOT wait for anything; a command that
    /// throws has done nothing.
    /// </summary>
    TResult Execute(Transaction transaction);
}
