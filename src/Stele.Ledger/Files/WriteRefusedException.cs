namespace Stele.Ledger.Files;

/// <summary>The disk took nothing of a write, most often because it is full: the ledger is as it was before.</summary>
public sealed class WriteRefusedException(IOException cause)
    : IOException($"The ledger file could not be written: {cause.Message}", cause);
