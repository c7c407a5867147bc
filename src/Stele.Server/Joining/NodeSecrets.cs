using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Stele.Cryptography.Keys;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Secrets;

namespace Stele.Server.Joining;

/// <summary>
/// What a trusted node must have to write and sign the ledger: the ledger secrets (behind their size in bytes, i32
/// little-endian), and behind them the service's key (PEM). On the wire it is sealed to the node, with the node's id and the
/// service's certificate authenticated along.
/// </summary>
internal static class NodeSecrets
{
    /// <summary>Seals the secrets to a node.</summary>
    public static byte[] Seal(string encryptionKey, string nodeId, X509Certificate2 service, LedgerSecrets secrets, SigningKey serviceKey)
    {
        var pem = serviceKey.ToPem();
        var list = LedgerSecretsFormat.Write(secrets);
        var plaintext = new byte[sizeof(int) + list.Length + pem.Length];
        try
        {
            BinaryPrimitives.WriteInt32LittleEndian(plaintext, list.Length);
            list.CopyTo(plaintext, sizeof(int));
            Encoding.ASCII.GetBytes(pem, plaintext.AsSpan(sizeof(int) + list.Length));
            return EncryptionKey.Seal(encryptionKey, plaintext, AssociatedData(nodeId, service));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(pem.AsSpan()));
            CryptographicOperations.ZeroMemory(list);
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <summary>Opens secrets that were sealed to this node.</summary>
    /// <exception cref="FormatException">They were not, or are not what they should be.</exception>
    public static (LedgerSecrets Secrets, SigningKey ServiceKey) Open(
        EncryptionKey key, string nodeId, X509Certificate2 service, ReadOnlySpan<byte> sealedBytes)
    {
        var plaintext = key.Open(sealedBytes, AssociatedData(nodeId, service));
        try
        {
            var size = plaintext.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(plaintext);
            if (size < 0 || size >= plaintext.Length - sizeof(int)) throw new FormatException("The sealed secrets are too short.");
            var secrets = LedgerSecretsFormat.Read(plaintext.AsSpan(sizeof(int), size));
            try
            {
                return (secrets, ServiceKey(plaintext.AsSpan(sizeof(int) + size), service));
            }
            catch
            {
                secrets.Dispose();
                throw;
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    private static SigningKey ServiceKey(ReadOnlySpan<byte> ascii, X509Certificate2 service)
    {
        var pem = new char[ascii.Length];
        try
        {
            Encoding.ASCII.GetChars(ascii, pem);
            var key = SigningKey.FromPem(pem);
            if (service.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.PublicKey.Span)) return key;
            key.Dispose();
            throw new FormatException("The sealed key is not that of the service's certificate.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(pem.AsSpan()));
        }
    }

    private static byte[] AssociatedData(string nodeId, X509Certificate2 service) =>
        [.. Encoding.ASCII.GetBytes(nodeId), .. service.RawData];
}
