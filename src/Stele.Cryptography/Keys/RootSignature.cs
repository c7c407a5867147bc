using System.Security.Cryptography;

namespace Stele.Cryptography.Keys;

/// <summary>Verifies a node's raw signature over a Merkle root.</summary>
public static class RootSignature
{
    /// <summary>Whether a key signed a root, which is taken as the SHA-256 digest itself.</summary>
    /// <param name="key">The node's key, of any curve.</param>
    /// <param name="root">The root.</param>
    /// <param name="signature">The signature, DER.</param>
    public static bool Verify(ECDsa key, in Digest root, ReadOnlySpan<byte> signature)
    {
        try
        {
            return key.VerifyHash(root.Span, signature, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
