using Stele.Cryptography.Sealing;

namespace Stele.Governance.Constitution;

/// <summary>What a constitution can ask of the service itself, beside its tables.</summary>
public interface IServiceActions
{
    /// <summary>Endorses a node's certificate.</summary>
    /// <param name="certificateRequest">The node's request (PKCS #10), PEM.</param>
    /// <param name="validFrom">From when it counts; none for now.</param>
    /// <param name="days">For how many days; none for as many as is usual.</param>
    /// <returns>The certificate, PEM.</returns>
    /// <exception cref="FormatException">The request is none.</exception>
    string EndorseNode(string certificateRequest, DateTimeOffset? validFrom, int? days);

    /// <summary>Whether a secret can be sealed to a node's encryption key.</summary>
    /// <param name="publicKey">The key, PEM (SubjectPublicKeyInfo).</param>
    bool CanSealTo(string publicKey) => EncryptionKey.IsPublicKey(publicKey);
}
