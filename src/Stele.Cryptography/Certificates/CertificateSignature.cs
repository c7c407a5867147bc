using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stele.Cryptography.Certificates;

/// <summary>
/// The plain question whether one certificate's key signed another, as receipts ask it: no dates, names or authority
/// flags (Azure Confidential Ledger's verifier and CCF's look at none of them).
/// </summary>
public static class CertificateSignature
{
    /// <summary>Whether a certificate was signed by the key of another. Only ECDSA counts.</summary>
    public static bool IsSignedBy(X509Certificate2 certificate, X509Certificate2 issuer)
    {
        using var key = CertificateKey.Of(issuer);
        if (key is null || HashOf(certificate) is not { } hash) return false;
        try
        {
            var outer = new AsnReader(certificate.RawData, AsnEncodingRules.DER).ReadSequence();
            var signed = outer.ReadEncodedValue();
            var algorithm = outer.ReadEncodedValue();
            var signature = outer.ReadBitString(out var unusedBits);
            // What stands outside the signed part says the same as inside it (RFC 5280, 4.1.1.2), or anyone could change it.
            if (unusedBits != 0 || !algorithm.Span.SequenceEqual(SignedAlgorithm(signed).Span)) return false;
            return key.VerifyData(signed.Span, signature, hash, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (Exception fault) when (fault is AsnContentException or CryptographicException)
        {
            return false;
        }
    }

    private static ReadOnlyMemory<byte> SignedAlgorithm(ReadOnlyMemory<byte> signed)
    {
        var fields = new AsnReader(signed, AsnEncodingRules.DER).ReadSequence();
        var version = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        if (fields.PeekTag() == version) fields.ReadEncodedValue();
        fields.ReadIntegerBytes();
        return fields.ReadEncodedValue();
    }

    private static HashAlgorithmName? HashOf(X509Certificate2 certificate) => certificate.SignatureAlgorithm.Value switch
    {
        "1.2.840.10045.4.3.2" => HashAlgorithmName.SHA256,
        "1.2.840.10045.4.3.3" => HashAlgorithmName.SHA384,
        "1.2.840.10045.4.3.4" => HashAlgorithmName.SHA512,
        _ => null,
    };
}
