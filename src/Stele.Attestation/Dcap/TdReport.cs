using Stele.Attestation.Formats;

namespace Stele.Attestation.Dcap;

/// <summary>What the TDX module says of a trust domain: 584 bytes (TDX 1.0), 648 with what TDX 1.5 adds.</summary>
internal sealed record TdReport : IQuoteBody
{
    /// <summary>The size in bytes with TDX 1.0.</summary>
    public const int Size = 584;

    /// <summary>The size in bytes with TDX 1.5.</summary>
    public const int Size15 = 648;

    private const byte SeptVeDisableBit = 1 << 4; // bit 28

    /// <summary>16 bytes: security versions of the TDX module and of what loads it, at the domain's launch.</summary>
    public required byte[] TeeTcbSvn { get; init; }

    /// <summary>48 bytes: what the TDX module is.</summary>
    public required byte[] MrSeam { get; init; }

    /// <summary>48 bytes: who signed the TDX module; zeros for Intel.</summary>
    public required byte[] MrSignerSeam { get; init; }

    /// <summary>8 bytes: attributes of the TDX module.</summary>
    public required byte[] SeamAttributes { get; init; }

    /// <summary>8 bytes: attributes of the trust domain.</summary>
    public required byte[] TdAttributes { get; init; }

    /// <summary>8 bytes: the register state that the domain may use.</summary>
    public required byte[] Xfam { get; init; }

    /// <summary>48 bytes: what was loaded.</summary>
    public required byte[] MrTd { get; init; }

    /// <summary>48 bytes that whoever launched the domain bound to it.</summary>
    public required byte[] MrConfigId { get; init; }

    /// <summary>48 bytes: who owns the domain, in the host's words.</summary>
    public required byte[] MrOwner { get; init; }

    /// <summary>48 bytes: the owner's configuration.</summary>
    public required byte[] MrOwnerConfig { get; init; }

    /// <summary>Four registers of 48 bytes, which the domain extends while it runs.</summary>
    public required IReadOnlyList<byte[]> Rtmr { get; init; }

    /// <inheritdoc/>
    public required byte[] ReportData { get; init; }

    /// <summary>TDX 1.5: the security versions now, as <see cref="TeeTcbSvn"/> at launch; else null.</summary>
    public byte[]? TeeTcbSvn2 { get; init; }

    /// <summary>TDX 1.5: 48 bytes, digests of the domains that serve this one; else null.</summary>
    public byte[]? MrServiceTd { get; init; }

    /// <summary>Any of the bits 0 to 7, «TUD», makes the domain untrusted; bit 0 is debug.</summary>
    public bool IsDebug => TdAttributes[0] != 0;

    /// <inheritdoc/>
    public bool IsOnlyDebug => TdAttributes[0] == 1;

    /// <summary>Whether the host cannot make the domain's pages fault at will.</summary>
    public bool IsSeptVeDisabled => (TdAttributes[3] & SeptVeDisableBit) != 0;

    /// <summary>x87 and SSE state are always on.</summary>
    public bool IsXfamPossible => (Xfam[0] & 3) == 3;

    /// <inheritdoc/>
    public AttestationClaims Claims => new()
    {
        Platform = Platform.Tdx,
        Measurement = MrTd,
        ReportData = ReportData,
        HostData = MrConfigId,
        Registers = [.. Rtmr.Select(register => (ReadOnlyMemory<byte>)register)],
        Debug = IsDebug,
    };

    /// <summary>Reads a report of either size.</summary>
    /// <exception cref="FormatException">There are fewer bytes.</exception>
    public static TdReport Read(ref ByteReader reader, bool is15) => new()
    {
        TeeTcbSvn = reader.Array(16),
        MrSeam = reader.Array(48),
        MrSignerSeam = reader.Array(48),
        SeamAttributes = reader.Array(8),
        TdAttributes = reader.Array(8),
        Xfam = reader.Array(8),
        MrTd = reader.Array(48),
        MrConfigId = reader.Array(48),
        MrOwner = reader.Array(48),
        MrOwnerConfig = reader.Array(48),
        Rtmr = [reader.Array(48), reader.Array(48), reader.Array(48), reader.Array(48)],
        ReportData = reader.Array(64),
        TeeTcbSvn2 = is15 ? reader.Array(16) : null,
        MrServiceTd = is15 ? reader.Array(48) : null,
    };
}
