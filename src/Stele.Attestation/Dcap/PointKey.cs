using System.Security.Cryptography;

namespace Stele.Attestation.Dcap;

/// <summary>Signatures by a key that is nothing but a point on P-256.</summary>
internal static class PointKey
{
    /// <summary>Whether the key made a signature (R and S, 32 bytes each, big-endian) over data, with SHA-256.</summary>
    public static bool Verify(ReadOnlySpan<byte> point, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        try
        {
            using var key = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = point[..32].ToArray(), Y = point[32..].ToArray() },
            });
            return key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            // The point is not on the curve.
            return false;
        }
    }
}
