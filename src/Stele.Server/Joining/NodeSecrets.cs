using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Stele.Cryptography.Keys;
using Stele.Cryptography.Sealing;

namespace Stele.Server.Joining;

/// <summary>
/// What a trusted node must have to write and sign the ledger: the ledger secret (32 bytes), and behind it the service's key
/// (PEM). On the wire it is sealed to the node, with the node's id and the service's certificate authenticated along.
/// </summary>
internal static class NodeSecrets
{
    /// <summary>Seals the secrets to a node.</summary>
    public static byte[] Seal(string encryptionKey, string nodeId, X509Certificate2 service, LedgerSecret secret, SigningKey serviceKey)
    {
        var pem = serviceKey.ToPem();
        var plaintext = new byte[LedgerSecret.Size + pem.Length];
        try
        {
            secret.CopyTo(plaintext);
            Encoding.ASCII.GetBytes(pem, plaintext.AsSpan(LedgerSecret.Size));
            return EncryptionKey.Seal(encryptionKey, plaintext, AssociatedData(nodeId, service));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(pem.AsSpan()));
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <summary>Opens secrets that were sealed to this node.</summary>
    /// <exception cref="FormatException">They were not, or are not what they should be.</exception>
    public static (LedgerSecret Secret, SigningKey ServiceKey) Open(
        EncryptionKey key, string nodeId, X509Certificate2 service, ReadOnlySpan<byte> sealedBytes)
    {
        var plaintext = key.Open(sealedBytes, AssociatedData(nodeId, service));
        var pem = new char[Math.Max(0, plaintext.Length - LedgerSecret.Size)];
        try
        {
            if (pem.Length == 0) throw new FormatException("The sealed secrets are too short.");
            Encoding.ASCII.GetChars(plaintext.AsSpan(LedgerSecret.Size), pem);
            var serviceKey = SigningKey.FromPem(pem);
            if (service.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(serviceKey.PublicKey.Span))
                return (new LedgerSecret(plaintext.AsSpan(0, LedgerSecret.Size)), serviceKey);
            serviceKey.Dispose();
            throw new FormatException("The sealed key is not that of the service's certificate.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(pem.AsSpan()));
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    private static byte[] AssociatedData(string nodeId, X509Certificate2 service) =>
        [.. Encoding.ASCII.GetBytes(nodeId), .. service.RawData];
}
