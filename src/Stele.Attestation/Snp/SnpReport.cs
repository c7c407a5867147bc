using Stele.Attestation.Formats;

namespace Stele.Attestation.Snp;

/// <summary>
/// An attestation report of AMD SEV-SNP: 1184 bytes (SEV Secure Nested Paging Firmware ABI, document 56860, table
/// ATTESTATION_REPORT). Reading it checks nothing but its size and version.
/// </summary>
public sealed class SnpReport
{
    /// <summary>The size in bytes.</summary>
    public const int Size = 0x4A0;

    /// <summary>How many bytes of it are signed, from the first on.</summary>
    public const int SignedSize = 0x2A0;

    private SnpReport(ReadOnlySpan<byte> bytes)
    {
        Encoded = bytes.ToArray();
        var reader = new ByteReader(bytes);
        ReadGuest(ref reader);
        ReadPlatform(ref reader);
        ReadSignature(ref reader);
        reader.ExpectEnd();
    }

    /// <summary>All of it.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The version of its layout: 2 to 5.</summary>
    public uint Version { get; private set; }

    /// <summary>The guest's security version, from its ID block.</summary>
    public uint GuestSvn { get; private set; }

    /// <summary>What the guest's owner allowed.</summary>
    public SnpGuestPolicy Policy { get; private set; }

    /// <summary>16 bytes from the ID block.</summary>
    public ReadOnlyMemory<byte> FamilyId { get; private set; }

    /// <summary>16 bytes from the ID block.</summary>
    public ReadOnlyMemory<byte> ImageId { get; private set; }

    /// <summary>The privilege level that asked, 0 to 3; 0xFFFFFFFF when the host did.</summary>
    public uint Vmpl { get; private set; }

    /// <summary>How it is signed: 1 is ECDSA P-384 with SHA-384.</summary>
    public uint SignatureAlgorithm { get; private set; }

    /// <summary>The level of the firmware that runs now.</summary>
    public SnpTcbVersion CurrentTcb { get; private set; }

    /// <summary>The platform's settings, a field of bits of which the higher ones are not all documented.</summary>
    public ulong PlatformInfo { get; private set; }

    /// <summary>Bits that say which key signed.</summary>
    public uint KeyFlags { get; private set; }

    /// <summary>Whether the author key's digest is there.</summary>
    public bool HasAuthorKey => (KeyFlags & 1) != 0;

    /// <summary>Whether the host masked the chip's key: then nothing is really signed.</summary>
    public bool MasksChipKey => (KeyFlags & 2) != 0;

    /// <summary>Which key signed: 0 VCEK, 1 VLEK, 7 none.</summary>
    public uint SigningKey => KeyFlags >> 2 & 7;

    /// <summary>The 64 bytes that the guest chose.</summary>
    public ReadOnlyMemory<byte> ReportData { get; private set; }

    /// <summary>The launch digest, 48 bytes.</summary>
    public ReadOnlyMemory<byte> Measurement { get; private set; }

    /// <summary>The 32 bytes that the host bound to the guest at its launch.</summary>
    public ReadOnlyMemory<byte> HostData { get; private set; }

    /// <summary>SHA-384 of the key that signed the ID block, 48 bytes; zeros when there is none.</summary>
    public ReadOnlyMemory<byte> IdKeyDigest { get; private set; }

    /// <summary>SHA-384 of the author key, 48 bytes; zeros when there is none.</summary>
    public ReadOnlyMemory<byte> AuthorKeyDigest { get; private set; }

    /// <summary>The guest's number for its life, 32 bytes.</summary>
    public ReadOnlyMemory<byte> ReportId { get; private set; }

    /// <summary>The migration agent's number, 32 bytes; all ones when there is none.</summary>
    public ReadOnlyMemory<byte> MigrationAgentReportId { get; private set; }

    /// <summary>The level of firmware that the signing key was derived for.</summary>
    public SnpTcbVersion ReportedTcb { get; private set; }

    /// <summary>The processor's family; 0 in version 2, which does not tell.</summary>
    public byte CpuFamily { get; private set; }

    /// <summary>The processor's model.</summary>
    public byte CpuModel { get; private set; }

    /// <summary>The processor's stepping.</summary>
    public byte CpuStepping { get; private set; }

    /// <summary>Whether the report tells its processor: from version 3 on.</summary>
    public bool HasCpu => Version >= 3;

    /// <summary>
    /// What CPUID leaf 1 gives in EAX for the processor: the key of CCF's table of minimum TCB versions; null where the
    /// report does not tell.
    /// </summary>
    public uint? CpuId => HasCpu
        ? (uint)((CpuFamily - 0xF & 0xFF) << 20 | (CpuModel >> 4) << 16 | 0xF << 8 | (CpuModel & 0xF) << 4 | CpuStepping & 0xF)
        : null;

    /// <summary>The product of the processor; null where the report does not tell or names an unknown one.</summary>
    public SnpProduct? Product => HasCpu ? SnpProducts.OfCpu(CpuFamily, CpuModel) : null;

    /// <summary>The product of a processor that CPUID leaf 1 names in EAX; null for one that is not known.</summary>
    public static SnpProduct? ProductOf(uint cpuId) => SnpProducts.OfCpu(
        (byte)((cpuId >> 8 & 0xF) + (cpuId >> 20 & 0xFF)), (byte)(cpuId >> 12 & 0xF0 | cpuId >> 4 & 0xF));

    /// <summary>The processor's own number: 64 bytes, of which Turin uses 8; zeros where it is masked or a VLEK signs.</summary>
    public ReadOnlyMemory<byte> ChipId { get; private set; }

    /// <summary>The level below which the host can no longer go.</summary>
    public SnpTcbVersion CommittedTcb { get; private set; }

    /// <summary>The firmware that runs now.</summary>
    public SnpFirmware CurrentFirmware { get; private set; }

    /// <summary>The firmware below which the host can no longer go.</summary>
    public SnpFirmware CommittedFirmware { get; private set; }

    /// <summary>The level at the guest's launch.</summary>
    public SnpTcbVersion LaunchTcb { get; private set; }

    /// <summary>The mitigations at the guest's launch, as bits; 0 before version 5.</summary>
    public ulong LaunchMitigations { get; private set; }

    /// <summary>The mitigations now, as bits; 0 before version 5.</summary>
    public ulong CurrentMitigations { get; private set; }

    /// <summary>Whether all that is reserved in this version is as it must be.</summary>
    public bool ReservedIsZero { get; private set; } = true;

    /// <summary>The signature as r ‖ s, big-endian, 48 bytes each; null where a number does not fit into them.</summary>
    public ReadOnlyMemory<byte>? Signature { get; private set; }

    /// <summary>Reads a report.</summary>
    /// <exception cref="FormatException">There are not exactly 1184 bytes, or of no known version.</exception>
    public static SnpReport Read(ReadOnlySpan<byte> bytes) => bytes.Length == Size
        ? new SnpReport(bytes)
        : throw new FormatException($"A report has {Size} bytes, not {bytes.Length}.");

    private void ReadGuest(ref ByteReader reader)
    {
        Version = reader.UInt32();
        if (Version is < 2 or > 5) throw new FormatException($"A report of version {Version}.");
        GuestSvn = reader.UInt32();
        Policy = new SnpGuestPolicy(reader.UInt64());
        FamilyId = reader.Array(16);
        ImageId = reader.Array(16);
        Vmpl = reader.UInt32();
        SignatureAlgorithm = reader.UInt32();
        CurrentTcb = new SnpTcbVersion(reader.UInt64());
        PlatformInfo = reader.UInt64();
        KeyFlags = reader.UInt32();
        Reserved(ref reader, 4);
        ReportData = reader.Array(64);
        Measurement = reader.Array(48);
        HostData = reader.Array(32);
        IdKeyDigest = reader.Array(48);
        AuthorKeyDigest = reader.Array(48);
        ReportId = reader.Array(32);
        MigrationAgentReportId = reader.Array(32);
        ReservedIsZero &= Policy.IsWellFormed && KeyFlags >> 5 == 0;
    }

    private void ReadPlatform(ref ByteReader reader)
    {
        ReportedTcb = new SnpTcbVersion(reader.UInt64());
        CpuFamily = reader.Byte();
        CpuModel = reader.Byte();
        CpuStepping = reader.Byte();
        ReservedIsZero &= HasCpu || (CpuFamily | CpuModel | CpuStepping) == 0;
        Reserved(ref reader, 21);
        ChipId = reader.Array(64);
        CommittedTcb = new SnpTcbVersion(reader.UInt64());
        CurrentFirmware = ReadFirmware(ref reader);
        CommittedFirmware = ReadFirmware(ref reader);
        LaunchTcb = new SnpTcbVersion(reader.UInt64());
        LaunchMitigations = reader.UInt64();
        CurrentMitigations = reader.UInt64();
        ReservedIsZero &= Version >= 5 || (LaunchMitigations | CurrentMitigations) == 0;
        Reserved(ref reader, SignedSize - 0x208);
    }

    // The build stands first, and one reserved byte behind each version.
    private SnpFirmware ReadFirmware(ref ByteReader reader)
    {
        var build = reader.Byte();
        var minor = reader.Byte();
        var major = reader.Byte();
        Reserved(ref reader, 1);
        return new SnpFirmware(major, minor, build);
    }

    // Two little-endian numbers of 72 bytes each, of which P-384 fills 48.
    private void ReadSignature(ref ByteReader reader)
    {
        var signature = new byte[96];
        var fits = true;
        for (var number = 0; number < 2; number++)
        {
            var part = signature.AsSpan(48 * number, 48);
            reader.Take(48).CopyTo(part);
            part.Reverse();
            fits &= reader.SkipZeros(24);
        }

        Reserved(ref reader, Size - 0x330);
        Signature = fits ? signature : default(ReadOnlyMemory<byte>?);
    }

    private void Reserved(ref ByteReader reader, uint count) => ReservedIsZero &= reader.SkipZeros(count);
}
