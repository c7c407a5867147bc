using System.Buffers.Binary;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Dcap;

/// <summary>What the processor says of an enclave: 384 bytes (Intel SDM volume 3D, REPORT).</summary>
internal sealed record SgxReport : IQuoteBody
{
    /// <summary>The size in bytes.</summary>
    public const int Size = 384;

    private const ulong DebugFlag = 1 << 1;

    /// <summary>16 bytes: the processor's security version.</summary>
    public required byte[] CpuSvn { get; init; }

    /// <summary>Optional features of the enclave's state, as 4 bytes.</summary>
    public required byte[] MiscSelect { get; init; }

    /// <summary>16 bytes: flags, then the register state that the enclave may use (XFRM).</summary>
    public required byte[] Attributes { get; init; }

    /// <summary>32 bytes: what was loaded.</summary>
    public required byte[] MrEnclave { get; init; }

    /// <summary>32 bytes: SHA-256 of the key that signed the enclave.</summary>
    public required byte[] MrSigner { get; init; }

    /// <summary>64 bytes that whoever launched the enclave bound to it.</summary>
    public required byte[] ConfigId { get; init; }

    /// <summary>The product's number, of its signer's giving.</summary>
    public required ushort ProductId { get; init; }

    /// <summary>The product's security version.</summary>
    public required ushort SecurityVersion { get; init; }

    /// <inheritdoc/>
    public required byte[] ReportData { get; init; }

    /// <inheritdoc/>
    public bool IsDebug => (BinaryPrimitives.ReadUInt64LittleEndian(Attributes) & DebugFlag) != 0;

    /// <inheritdoc/>
    public bool IsOnlyDebug => IsDebug;

    /// <summary>Reads a report.</summary>
    /// <exception cref="FormatException">There are fewer bytes.</exception>
    public static SgxReport Read(ref ByteReader reader)
    {
        var cpuSvn = reader.Array(16);
        var miscSelect = reader.Array(4);
        reader.Take(28);
        var attributes = reader.Array(16);
        var mrEnclave = reader.Array(32);
        reader.Take(32);
        var mrSigner = reader.Array(32);
        reader.Take(32);
        var configId = reader.Array(64);
        var productId = reader.UInt16();
        var securityVersion = reader.UInt16();
        reader.Take(60);
        return new SgxReport
        {
            CpuSvn = cpuSvn,
            MiscSelect = miscSelect,
            Attributes = attributes,
            MrEnclave = mrEnclave,
            MrSigner = mrSigner,
            ConfigId = configId,
            ProductId = productId,
            SecurityVersion = securityVersion,
            ReportData = reader.Array(64),
        };
    }

    /// <inheritdoc/>
    public AttestationClaims Claims => new()
    {
        Platform = Platform.Sgx,
        Measurement = MrEnclave,
        ReportData = ReportData,
        HostData = ConfigId,
        Signer = MrSigner,
        Debug = IsDebug,
    };
}
