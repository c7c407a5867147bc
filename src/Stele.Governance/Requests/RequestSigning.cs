using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography.Cose;
using Stele.Governance.Members;

namespace Stele.Governance.Requests;

/// <summary>Signs requests with a member's key.</summary>
public static class RequestSigning
{
    /// <summary>Signs one.</summary>
    /// <param name="key">The member's key: on the curve P-256, P-384 or P-521.</param>
    /// <param name="certificate">The member's certificate.</param>
    /// <param name="type">What is asked for.</param>
    /// <param name="createdAt">When.</param>
    /// <param name="proposalId">The proposal it is about.</param>
    /// <param name="body">JSON, or nothing.</param>
    /// <returns>A COSE_Sign1.</returns>
    public static byte[] Sign(
        ECDsa key, X509Certificate2 certificate, RequestType type, DateTimeOffset createdAt, string? proposalId, ReadOnlySpan<byte> body)
    {
        var (algorithm, hash) = key.KeySize switch
        {
            256 => (CoseAlgorithm.ES256, HashAlgorithmName.SHA256),
            384 => (CoseAlgorithm.ES384, HashAlgorithmName.SHA384),
            521 => (CoseAlgorithm.ES512, HashAlgorithmName.SHA512),
            _ => throw new ArgumentException("The key is on none of the curves P-256, P-384 and P-521.", nameof(key)),
        };
        var header = new RequestHeader(algorithm, Member.IdOf(certificate), type, createdAt.ToUnixTimeSeconds(), proposalId).ToBytes();
        var signature = key.SignData(CoseSign1.SignedBytes(header, body), hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return CoseSign1.Write(header, body, signature);
    }
}
