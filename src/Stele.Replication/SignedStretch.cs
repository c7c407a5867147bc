namespace Stele.Replication;

/// <summary>What one signature transaction covers first, and when it was made.</summary>
/// <param name="First">The first transaction that no earlier signature covers: the signature before it, or the ledger's first.</param>
/// <param name="Signature">The signature transaction.</param>
/// <param name="Time">
/// When the service says that it signed, in whole seconds; null in what services wrote that did not say.
/// </param>
public sealed record SignedStretch(TransactionId First, TransactionId Signature, DateTimeOffset? Time);
