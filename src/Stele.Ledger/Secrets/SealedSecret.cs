using System.Security.Cryptography;
using Stele.Cryptography.Sealing;

namespace Stele.Ledger.Secrets;

/// <summary>A ledger secret that is sealed under the one that followed it.</summary>
/// <param name="Sealed">The secret: see <see cref="SealedBlob"/>.</param>
/// <param name="From">The first seqno that the secret seals.</param>
/// <param name="LinkedAt">Where the ledger has the link of this secret to the one before it; null where it has none.</param>
public sealed record SealedSecret(ReadOnlyMemory<byte> Sealed, SeqNo From, SeqNo? LinkedAt)
{
    /// <summary>Seals a secret.</summary>
    /// <param name="secret">The secret, and the first seqno that it seals.</param>
    /// <param name="linkedAt">Where its link stands.</param>
    /// <param name="under">The secret that follows it.</param>
    public static SealedSecret Of(KeyValuePair<SeqNo, LedgerSecret> secret, SeqNo? linkedAt, LedgerSecret under)
    {
        Span<byte> key = stackalloc byte[LedgerSecret.Size];
        Span<byte> plaintext = stackalloc byte[LedgerSecret.Size];
        try
        {
            under.CopyTo(key);
            secret.Value.CopyTo(plaintext);
            return new SealedSecret(SealedBlob.Seal(key, plaintext), secret.Key, linkedAt);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <summary>Opens it.</summary>
    /// <param name="under">The secret that follows it.</param>
    /// <exception cref="FormatException">It was sealed under another, or is no secret.</exception>
    public LedgerSecret Open(LedgerSecret under)
    {
        Span<byte> key = stackalloc byte[LedgerSecret.Size];
        var plaintext = Array.Empty<byte>();
        try
        {
            under.CopyTo(key);
            plaintext = SealedBlob.Open(key, Sealed.Span);
            return plaintext.Length == LedgerSecret.Size
                ? new LedgerSecret(plaintext)
                : throw new FormatException($"A ledger secret has {LedgerSecret.Size} bytes, not {plaintext.Length}.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }
}
