using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography;
using Stele.Cryptography.Cose;

namespace Stele.Governance.Requests;

/// <summary>
/// A request that a member signed: a COSE_Sign1 with CCF's headers (<c>ccf.gov.msg.type</c>, <c>ccf.gov.msg.created_at</c>,
/// <c>ccf.gov.msg.proposal_id</c>). What is read from it is claimed until <see cref="IsSignedBy"/> says so.
/// </summary>
public sealed class SignedRequest
{
    private readonly CoseSign1 _message;

    private SignedRequest(ReadOnlyMemory<byte> bytes, CoseSign1 message, RequestHeader header) =>
        (Bytes, _message, Header) = (bytes, message, header);

    /// <summary>The whole request, as it was signed.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>What its header says.</summary>
    public RequestHeader Header { get; }

    /// <summary>What is asked for: JSON, or nothing.</summary>
    public ReadOnlyMemory<byte> Body => _message.Payload!.Value;

    /// <summary>SHA-256 of the signature: no other request has it.</summary>
    public Digest Digest => Digest.Of(_message.Signature.Span);

    /// <summary>One name for the request and for the one with the other signature that anyone can make of its own.</summary>
    public Digest Either
    {
        get
        {
            var (own, twin) = (Digest, Digest.Of(TwinSignature()));
            return string.CompareOrdinal(own.ToHex(), twin.ToHex()) <= 0 ? own : twin;
        }
    }

    /// <summary>
    /// The other signature that anyone can make of this one: r and the curve's order less s verify as r and s do.
    /// </summary>
    internal byte[] TwinSignature()
    {
        var twin = _message.Signature.ToArray();
        var s = twin.AsSpan(twin.Length / 2);
        var other = CurveOrders.Of(Header.Algorithm) - new BigInteger(s, isUnsigned: true, isBigEndian: true);
        if (other.Sign <= 0 || other.GetByteCount(isUnsigned: true) > s.Length) return twin;
        s.Clear();
        other.TryWriteBytes(s[^other.GetByteCount(isUnsigned: true)..], out _, isUnsigned: true, isBigEndian: true);
        return twin;
    }

    /// <summary>Reads a request.</summary>
    /// <exception cref="FormatException">The bytes are none.</exception>
    public static SignedRequest Read(ReadOnlyMemory<byte> bytes)
    {
        var message = CoseSign1.ReadWithPayload(bytes);
        return new SignedRequest(bytes, message, RequestHeader.Read(message.ProtectedHeader));
    }

    /// <summary>Whether the key of a certificate signed it, by the algorithm that goes with the key's curve.</summary>
    public bool IsSignedBy(X509Certificate2 certificate)
    {
        try
        {
            using var key = certificate.GetECDsaPublicKey();
            return key is not null
                && key.KeySize == CurveOrders.SizeOf(Header.Algorithm) && _message.Verify(key, Header.Algorithm, Body.Span);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
