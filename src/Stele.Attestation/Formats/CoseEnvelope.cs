using System.Formats.Cbor;
using System.Security.Cryptography;
using Stele.Attestation.Certificates;
using Stele.Cryptography.Cose;

namespace Stele.Attestation.Formats;

/// <summary>A COSE_Sign1 message (RFC 9052, 4.2) with its payload inside.</summary>
internal sealed class CoseEnvelope
{
    private const int AlgorithmHeader = 1;
    private const int CriticalHeader = 2;
    private readonly byte[] _protected;
    private readonly byte[] _signature;

    private CoseEnvelope(CborReader reader)
    {
        if (reader.ReadTag() != (CborTag)18) throw new FormatException("Not tagged 18, as a COSE_Sign1 is.");
        if (reader.ReadStartArray() != 4) throw new FormatException("A COSE_Sign1 is an array of four.");
        _protected = reader.ReadByteString();
        reader.SkipValue();
        Payload = reader.ReadByteString();
        _signature = reader.ReadByteString();
        reader.ReadEndArray();
        Header = CborMap.Read(_protected);
        Algorithm = Header.Get(AlgorithmHeader, value => value.ReadInt64());
    }

    /// <summary>The protected header.</summary>
    public CborMap Header { get; }

    /// <summary>How it is signed, as a number of the COSE registry.</summary>
    public long Algorithm { get; }

    /// <summary>What is signed with the header.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The header parameters that a reader must understand (crit, RFC 9052, 3.1), where they are texts.</summary>
    public IReadOnlyList<string> Critical => Header.Has(CriticalHeader) ? Header.Get(CriticalHeader, ReadTexts) : [];

    /// <summary>Reads a message.</summary>
    /// <exception cref="FormatException">The bytes are none.</exception>
    public static CoseEnvelope Read(ReadOnlyMemory<byte> bytes) => Cbor.Read(bytes, "a COSE_Sign1", reader => new CoseEnvelope(reader));

    /// <summary>Whether a key signed it, by the algorithm it names.</summary>
    public bool IsSignedBy(PublicKeyInfo key)
    {
        var data = CoseSign1.SignedBytes(_protected, Payload.Span);
        return Algorithm switch
        {
            -7 => Ecdsa(key, data, HashAlgorithmName.SHA256),
            -35 => Ecdsa(key, data, HashAlgorithmName.SHA384),
            -36 => Ecdsa(key, data, HashAlgorithmName.SHA512),
            -37 => Pss(key, data, HashAlgorithmName.SHA256),
            -38 => Pss(key, data, HashAlgorithmName.SHA384),
            -39 => Pss(key, data, HashAlgorithmName.SHA512),
            _ => false,
        };
    }

    private bool Ecdsa(PublicKeyInfo key, byte[] data, HashAlgorithmName hash) =>
        key.VerifyEcdsa(data, _signature, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    private bool Pss(PublicKeyInfo key, byte[] data, HashAlgorithmName hash) =>
        key.VerifyRsa(data, _signature, hash, RSASignaturePadding.Pss);

    private static List<string> ReadTexts(CborReader reader)
    {
        var texts = new List<string>();
        reader.ReadStartArray();
        while (reader.PeekState() is not CborReaderState.EndArray) texts.Add(reader.ReadTextString());
        reader.ReadEndArray();
        return texts;
    }
}
