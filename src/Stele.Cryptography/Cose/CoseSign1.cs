using System.Formats.Cbor;
using System.Security.Cryptography;

namespace Stele.Cryptography.Cose;

/// <summary>A COSE_Sign1 message (RFC 9052, 4.2), whose payload is in it or detached.</summary>
public sealed class CoseSign1
{
    /// <summary>The longest message that is read, in bytes.</summary>
    public const int SizeMax = 1 << 20;

    private const string SignatureContext = "Signature1";

    private CoseSign1(
        ReadOnlyMemory<byte> protectedHeader, ReadOnlyMemory<byte> unprotectedHeader, ReadOnlyMemory<byte>? payload,
        ReadOnlyMemory<byte> signature)
    {
        ProtectedHeader = protectedHeader;
        UnprotectedHeader = unprotectedHeader;
        Payload = payload;
        Signature = signature;
    }

    /// <summary>The protected header, a CBOR map, as its bytes.</summary>
    public ReadOnlyMemory<byte> ProtectedHeader { get; }

    /// <summary>The unprotected header, a CBOR map, as its bytes.</summary>
    public ReadOnlyMemory<byte> UnprotectedHeader { get; }

    /// <summary>The payload; null where it is detached.</summary>
    public ReadOnlyMemory<byte>? Payload { get; }

    /// <summary>The signature, r ‖ s.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>Reads a message with a detached payload, tagged 18.</summary>
    /// <exception cref="FormatException">The bytes are not a COSE_Sign1 with a detached payload.</exception>
    public static CoseSign1 Read(ReadOnlyMemory<byte> bytes) => Read(bytes, hasPayload: false);

    /// <summary>Reads a message that carries its payload, tagged 18.</summary>
    /// <exception cref="FormatException">The bytes are not a COSE_Sign1 with a payload.</exception>
    public static CoseSign1 ReadWithPayload(ReadOnlyMemory<byte> bytes) => Read(bytes, hasPayload: true);

    private static CoseSign1 Read(ReadOnlyMemory<byte> bytes, bool hasPayload)
    {
        if (bytes.Length > SizeMax) throw new FormatException($"A COSE_Sign1 of over {SizeMax} bytes.");
        try
        {
            var cbor = new CborReader(bytes, CborConformanceMode.Strict);
            if (cbor.ReadTag() != (CborTag)18) throw new FormatException("Not tagged 18, as a COSE_Sign1 is.");
            if (cbor.ReadStartArray() != 4) throw new FormatException("A COSE_Sign1 is an array of four.");
            var protectedHeader = cbor.ReadByteString();
            if (cbor.PeekState() != CborReaderState.StartMap) throw new FormatException("The unprotected header is no map.");
            var unprotectedHeader = cbor.ReadEncodedValue();
            ReadOnlyMemory<byte>? payload = null;
            if (hasPayload) payload = cbor.ReadByteString();
            else cbor.ReadNull();
            var signature = cbor.ReadByteString();
            cbor.ReadEndArray();
            if (cbor.BytesRemaining != 0) throw new FormatException("Bytes follow the COSE_Sign1.");
            return new CoseSign1(protectedHeader, unprotectedHeader, payload, signature);
        }
        catch (Exception fault) when (fault is CborContentException or InvalidOperationException or OverflowException)
        {
            throw new FormatException(
                $"The bytes are not a COSE_Sign1 with a {(hasPayload ? "payload" : "detached payload")}.", fault);
        }
    }

    /// <summary>The bytes of a message with a detached payload.</summary>
    public static byte[] Write(ReadOnlySpan<byte> protectedHeader, ReadOnlySpan<byte> signature) =>
        Write(protectedHeader, payload: default, hasPayload: false, signature);

    /// <summary>The bytes of a message that carries its payload.</summary>
    public static byte[] Write(ReadOnlySpan<byte> protectedHeader, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> signature) =>
        Write(protectedHeader, payload, hasPayload: true, signature);

    private static byte[] Write(
        ReadOnlySpan<byte> protectedHeader, ReadOnlySpan<byte> payload, bool hasPayload, ReadOnlySpan<byte> signature)
    {
        var cbor = new CborWriter();
        cbor.WriteTag((CborTag)18);
        cbor.WriteStartArray(4);
        cbor.WriteByteString(protectedHeader);
        cbor.WriteStartMap(0);
        cbor.WriteEndMap();
        if (hasPayload) cbor.WriteByteString(payload);
        else cbor.WriteNull();
        cbor.WriteByteString(signature);
        cbor.WriteEndArray();
        return cbor.Encode();
    }

    /// <summary>What a signature is made over: the Sig_structure (RFC 9052, 4.4).</summary>
    public static byte[] SignedBytes(ReadOnlySpan<byte> protectedHeader, ReadOnlySpan<byte> payload)
    {
        var cbor = new CborWriter();
        cbor.WriteStartArray(4);
        cbor.WriteTextString(SignatureContext);
        cbor.WriteByteString(protectedHeader);
        cbor.WriteByteString([]);
        cbor.WriteByteString(payload);
        cbor.WriteEndArray();
        return cbor.Encode();
    }

    /// <summary>Whether a key signed this header and a payload by an algorithm.</summary>
    public bool Verify(ECDsa key, CoseAlgorithm algorithm, ReadOnlySpan<byte> payload)
    {
        var hash = algorithm switch
        {
            CoseAlgorithm.ES256 => HashAlgorithmName.SHA256,
            CoseAlgorithm.ES384 => HashAlgorithmName.SHA384,
            CoseAlgorithm.ES512 => HashAlgorithmName.SHA512,
            _ => default,
        };
        return hash != default && key.VerifyData(
            SignedBytes(ProtectedHeader.Span, payload), Signature.Span, hash,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
