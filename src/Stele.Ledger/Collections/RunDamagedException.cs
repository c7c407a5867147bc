namespace Stele.Ledger.Collections;

/// <summary>A run cannot be read: it is dropped, and the entries that it covers are indexed anew.</summary>
internal sealed class RunDamagedException(Run run, Exception cause)
    : Exception($"The run of entries {run.Range} cannot be read: {cause.Message}", cause)
{
    public Run Run { get; } = run;
}
