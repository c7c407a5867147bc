using System.Security.Cryptography;
using System.Text.Json;
using Stele.Attestation.Certificates;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Azure;

/// <summary>
/// What the paravisor of an Azure confidential virtual machine keeps at the TPM's index 0x01400001: the hardware's report,
/// and the claims that its report data is bound to, among them the TPM's attestation key.
/// </summary>
public sealed class HclReport
{
    private const string AttestationKeyId = "HCLAkPub";
    private const int HardwareReportSize = 1184;
    private const int ClaimsHeaderSize = 20;
    private const int SizeMax = 1 << 16;
    private const int TdReportDataOffset = 0x80;
    private const int ReportDataSize = 64;
    private readonly JsonElement _claims;

    private HclReport(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        if (!reader.Take(4).SequenceEqual("HCLA"u8)) throw new FormatException("Not a report of the paravisor.");
        Version = reader.UInt32();
        ReportSize = reader.UInt32();
        if (Version is not (1 or 2) || reader.UInt32() != 2) throw new FormatException("A report of the paravisor of an unknown kind.");
        if (reader.UInt32() != 0) throw new FormatException("The paravisor reported a failure.");
        if (!reader.SkipZeros(12)) throw new FormatException("Something reserved is in use.");
        HardwareReport = reader.Array(HardwareReportSize);
        RuntimeClaims = reader.Array(ReadClaimsHeader(ref reader));
        if (reader.Position != ReportSize) throw new FormatException("The paravisor counts its report otherwise.");
        if (reader.Rest().ContainsAnyExcept((byte)0)) throw new FormatException("Something follows the paravisor's report.");
        _claims = EvidenceJson.ReadObject(RuntimeClaims);
        AttestationKey = ReadKey(_claims);
        UserData = Convert.FromHexString(EvidenceJson.OptionalText(_claims, "user-data") ?? "");
    }

    /// <summary>The version of the layout, 1 or 2.</summary>
    public uint Version { get; }

    /// <summary>How many bytes the paravisor counts as the report.</summary>
    public uint ReportSize { get; }

    /// <summary>The hardware's report: an SNP report, or a TDREPORT of 1024 bytes and padding.</summary>
    public ReadOnlyMemory<byte> HardwareReport { get; }

    /// <summary>The hardware: SEV-SNP or TDX.</summary>
    public Platform Hardware { get; private set; }

    /// <summary>The claims as they stand there: JSON.</summary>
    public ReadOnlyMemory<byte> RuntimeClaims { get; }

    /// <summary>The hash that binds the claims.</summary>
    public HashAlgorithmName Hash { get; private set; }

    /// <summary>The TPM's attestation key.</summary>
    public PublicKeyInfo AttestationKey { get; }

    /// <summary>What the machine's owner wrote at the TPM's index 0x01400002, 64 bytes; empty where there is none.</summary>
    public ReadOnlyMemory<byte> UserData { get; }

    /// <summary>The digest of the claims: what the hardware's report data must begin with.</summary>
    public ReadOnlyMemory<byte> ClaimsDigest => CryptographicOperations.HashData(Hash, RuntimeClaims.Span);

    /// <summary>The report data in a TDREPORT.</summary>
    public ReadOnlyMemory<byte> TdReportData => HardwareReport.Slice(TdReportDataOffset, ReportDataSize);

    /// <summary>Reads a report.</summary>
    /// <exception cref="FormatException">The bytes are none.</exception>
    public static HclReport Read(ReadOnlySpan<byte> bytes) => bytes.Length <= SizeMax
        ? new HclReport(bytes)
        : throw new FormatException($"A report of over {SizeMax} bytes.");

    // Returns the size of the claims.
    private uint ReadClaimsHeader(ref ByteReader reader)
    {
        var sizeWithHeader = reader.UInt32();
        if (reader.UInt32() != 1) throw new FormatException("Claims of an unknown version.");
        Hardware = reader.UInt32() switch
        {
            2 => Platform.SevSnp,
            4 => Platform.Tdx,
            var type => throw new FormatException($"A hardware report of the unknown type {type}."),
        };
        Hash = reader.UInt32() switch
        {
            1 => HashAlgorithmName.SHA256,
            2 => HashAlgorithmName.SHA384,
            3 => HashAlgorithmName.SHA512,
            var type => throw new FormatException($"Claims bound by the unknown hash {type}."),
        };
        var size = reader.UInt32();
        return sizeWithHeader == (ulong)size + ClaimsHeaderSize ? size : throw new FormatException("The claims have two sizes.");
    }

    private static PublicKeyInfo ReadKey(JsonElement claims)
    {
        foreach (var key in EvidenceJson.Member(claims, "keys", JsonValueKind.Array).EnumerateArray())
            if (EvidenceJson.OptionalText(key, "kid") == AttestationKeyId)
                return PublicKeyInfo.OfRsa(
                    Base64UrlText.Decode(EvidenceJson.Text(key, "n")), Base64UrlText.Decode(EvidenceJson.Text(key, "e")));
        throw new FormatException("No attestation key in the claims.");
    }
}
