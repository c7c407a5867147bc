#pragma warning disable MA0025 // to be written
namespace Stele.Cryptography.Keys;

/// <summary>An ECDSA P-384 key pair.</summary>
public sealed class SigningKey : IDisposable
{
    /// <summary>Hexadecimal SHA-256 of the public key's SubjectPublicKeyInfo: a node's id, and a COSE key id.</summary>
    public string KeyId => throw new NotImplementedException();

    /// <summary>Signs a digest as it is (it is not hashed again), as CCF signs roots.</summary>
    /// <returns>The signature in DER.</returns>
    public byte[] SignDigest(in Digest digest) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
