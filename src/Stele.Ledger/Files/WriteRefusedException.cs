namespace Stele.Ledger.Files;

/// <summary>The disk refused a write, most often because it is full: the ledger ends where the last whole entry does.</summary>
/// <param name="cause">What the disk said.</param>
/// <param name="taken">How many of the entries were written all the same, before the one that was refused.</param>
public sealed class WriteRefusedException(IOException cause, int taken = 0)
    : IOException($"The ledger file could not be written: {cause.Message}", cause)
{
    /// <summary>How many of the entries were written all the same: those are in the ledger, and the others never will be.</summary>
    public int Taken { get; } = taken;
}
