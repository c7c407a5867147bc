namespace Stele.Replication.Sequencing;

/// <summary>What became of a command.</summary>
/// <param name="Id">The transaction it became; the position it was run at where it wrote nothing.</param>
/// <param name="Result">What it says.</param>
public readonly record struct Outcome<TResult>(TransactionId Id, TResult Result);
