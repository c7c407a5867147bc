#pragma warning disable MA0025 // to be written
namespace Stele.Cryptography.Sealing;

/// <summary>The 32 bytes that seal the private domain of entries, and that commit evidence is derived from.</summary>
public sealed class LedgerSecret : IDisposable
{
    /// <summary>Makes a secret of 32 bytes, which are copied.</summary>
    public LedgerSecret(ReadOnlySpan<byte> bytes) => throw new NotImplementedException();

    /// <summary>A new random secret.</summary>
    public static LedgerSecret Generate() => throw new NotImplementedException();

    /// <summary>The text <c>ce:view.seqno:nonce</c> that reveals, once a transaction is committed, that it is.</summary>
    public string CommitEvidence(TransactionId id) => throw new NotImplementedException();

    /// <summary>The 32-byte key of an entry's application claim, known to the ledger alone until it gives out a receipt.</summary>
    public byte[] ClaimKey(TransactionId id) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
