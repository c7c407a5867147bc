using System.Security.Cryptography;
using System.Text.Json;
using Stele.Attestation.Certificates;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Azure;

/// <summary>
/// A TPM's statement of its platform registers (TPMS_ATTEST of type TPM_ST_QUOTE; TPM 2.0 Library, part 2), and the values
/// of the registers that it is about.
/// </summary>
public sealed class TpmQuote
{
    private const uint Magic = 0xFF544347;
    private const ushort QuoteType = 0x8018;
    private const ushort Sha256Bank = 0x000B;
    private const int RegisterCount = 24;
    private const int SizeMax = 4096;
    private readonly byte[] _message;
    private readonly byte[] _signature;
    private readonly List<int> _selected = [];

    private TpmQuote(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, IReadOnlyList<ReadOnlyMemory<byte>> registers)
    {
        _message = message.ToArray();
        _signature = signature.ToArray();
        Registers = registers;
        var reader = new ByteReader(message);
        if (reader.UInt32BigEndian() != Magic || reader.UInt16BigEndian() != QuoteType) throw new FormatException("Not a TPM's quote.");
        reader.Take(reader.UInt16BigEndian()); // the signer's name
        Nonce = reader.Array(reader.UInt16BigEndian());
        reader.Take(17 + 8); // clock, firmware
        if (reader.UInt32BigEndian() != 1) throw new FormatException("A quote of other than one bank of registers.");
        if (reader.UInt16BigEndian() != Sha256Bank) throw new FormatException("A quote of registers of an unknown hash.");
        ReadSelection(reader.Take(reader.Byte()));
        RegisterDigest = reader.Array(reader.UInt16BigEndian());
        reader.ExpectEnd();
    }

    /// <summary>The nonce of whoever asked.</summary>
    public ReadOnlyMemory<byte> Nonce { get; }

    /// <summary>The numbers of the registers that are quoted.</summary>
    public IReadOnlyList<int> Selected => _selected;

    /// <summary>SHA-256 of the quoted registers, one behind the other.</summary>
    public ReadOnlyMemory<byte> RegisterDigest { get; }

    /// <summary>The values that are said to stand in the registers, 32 bytes each.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Registers { get; }

    /// <summary>Reads a quote.</summary>
    /// <param name="message">The TPMS_ATTEST.</param>
    /// <param name="signature">The RSA signature.</param>
    /// <param name="registers">The values of all registers: a JSON array of 24 hexadecimal texts.</param>
    /// <exception cref="FormatException">The bytes are none.</exception>
    public static TpmQuote Read(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, ReadOnlyMemory<byte> registers) =>
        message.Length <= SizeMax && signature.Length <= SizeMax
            ? new TpmQuote(message, signature, ReadRegisters(registers))
            : throw new FormatException($"A quote of over {SizeMax} bytes.");

    /// <summary>Whether a key signed it.</summary>
    public bool IsSignedBy(PublicKeyInfo key) =>
        key.VerifyRsa(_message, _signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    /// <summary>Whether the registers' values are those that are quoted.</summary>
    public bool IsOfRegisters()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var register in _selected) hash.AppendData(Registers[register].Span);
        return hash.GetHashAndReset().AsSpan().SequenceEqual(RegisterDigest.Span);
    }

    private void ReadSelection(ReadOnlySpan<byte> bits)
    {
        for (var register = 0; register < 8 * bits.Length; register++)
            if ((bits[register / 8] >> register % 8 & 1) != 0)
                _selected.Add(register < RegisterCount ? register : throw new FormatException($"There is no register {register}."));
    }

    private static List<ReadOnlyMemory<byte>> ReadRegisters(ReadOnlyMemory<byte> json)
    {
        var list = EvidenceJson.Read(json);
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() != RegisterCount)
            throw new FormatException($"Not the values of {RegisterCount} registers.");
        return [.. list.EnumerateArray().Select(Register)];
    }

    private static ReadOnlyMemory<byte> Register(JsonElement text)
    {
        var value = text.ValueKind == JsonValueKind.String ? Convert.FromHexString(EvidenceJson.Text(text)) : [];
        return value.Length == SHA256.HashSizeInBytes ? value : throw new FormatException("A register has no 32 bytes.");
    }
}
