using System.Security.Cryptography;
using Stele.Attestation.Certificates;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Dcap;

/// <summary>Who answers for a quote: the attestation key signs it, the quoting enclave's report names that key, and the
/// platform's certificate (PCK) signs that report.</summary>
internal sealed record QuoteSignature
{
    private const ushort TypeReport = 6;
    private const ushort TypeChain = 5;
    private const int ChainLength = 3;

    /// <summary>64 bytes: the signature over the quote.</summary>
    public required byte[] Signature { get; init; }

    /// <summary>64 bytes: the attestation key's point on P-256.</summary>
    public required byte[] AttestationKey { get; init; }

    /// <summary>What the processor says of the quoting enclave.</summary>
    public required SgxReport QuotingEnclave { get; init; }

    /// <summary>The bytes of that report.</summary>
    public required byte[] QuotingEnclaveBytes { get; init; }

    /// <summary>64 bytes: the platform's signature over that report.</summary>
    public required byte[] QuotingEnclaveSignature { get; init; }

    /// <summary>What the quoting enclave binds along with the key.</summary>
    public required byte[] AuthenticationData { get; init; }

    /// <summary>The platform's certificate, the authority that issued it, and the root.</summary>
    public required IReadOnlyList<Certificate> Chain { get; init; }

    /// <summary>Whether the quoting enclave's report names the attestation key, and nothing else.</summary>
    public bool BindsAttestationKey
    {
        get
        {
            Span<byte> expected = stackalloc byte[64];
            expected.Clear();
            SHA256.HashData([.. AttestationKey, .. AuthenticationData], expected);
            return CryptographicOperations.FixedTimeEquals(expected, QuotingEnclave.ReportData);
        }
    }

    /// <summary>Reads the part of a quote behind its body.</summary>
    /// <param name="bytes">The part, of exactly the announced length.</param>
    /// <param name="isNested">From version 4 on, the report and what follows it stand in a part of their own.</param>
    /// <exception cref="FormatException">It is laid out in a way that is not read.</exception>
    public static QuoteSignature Read(ReadOnlySpan<byte> bytes, bool isNested)
    {
        var reader = new ByteReader(bytes);
        var (signature, key) = (reader.Array(64), reader.Array(64));
        if (!isNested) return Read(ref reader, signature, key);
        var type = reader.UInt16();
        if (type != TypeReport) throw new FormatException($"Certification data of type {type}; 6 is read.");
        var inner = new ByteReader(reader.Take(reader.UInt32()));
        reader.ExpectEnd();
        return Read(ref inner, signature, key);
    }

    private static QuoteSignature Read(ref ByteReader reader, byte[] signature, byte[] key)
    {
        var report = reader.Array(SgxReport.Size);
        var reportReader = new ByteReader(report);
        var read = new QuoteSignature
        {
            Signature = signature,
            AttestationKey = key,
            QuotingEnclaveBytes = report,
            QuotingEnclave = SgxReport.Read(ref reportReader),
            QuotingEnclaveSignature = reader.Array(64),
            AuthenticationData = reader.Array(reader.UInt16()),
            Chain = ReadChain(ref reader),
        };
        reader.ExpectEnd();
        return read;
    }

    private static IReadOnlyList<Certificate> ReadChain(ref ByteReader reader)
    {
        var type = reader.UInt16();
        // Types 1 to 3 name a platform by number only: its certificate would have to be fetched, and nothing here does I/O.
        if (type != TypeChain) throw new FormatException($"Certification data of type {type}; 5 (a chain in PEM) is read.");
        return CertificatePem.Read(reader.Take(reader.UInt32()), ChainLength);
    }
}
