using System.Globalization;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Dcap;

/// <summary>What Intel says of a model of platform: its levels of firmware and microcode, and its TDX modules.</summary>
internal sealed class TcbInfo
{
    private readonly int _version;
    private readonly string _id;
    private readonly IReadOnlyList<TcbLevel> _levels;
    private readonly TdxModule? _first;
    private readonly IReadOnlyList<TdxModule> _modules = [];

    private TcbInfo(SignedStatement statement)
    {
        Statement = statement;
        var content = statement.Content;
        _version = CollateralJson.Number(content, "version", ushort.MaxValue);
        // Version 2, which Intel gives out no more, was about enclaves alone and had no id.
        var isOld = _version == 2;
        _id = isOld ? "SGX" : EvidenceJson.Text(content, "id");
        Fmspc = CollateralJson.Hex(content, "fmspc", 6);
        PceId = CollateralJson.Hex(content, "pceId", 2);
        _levels = [.. CollateralJson.Objects(content, "tcbLevels").Select(level => TcbLevel.Read(level, isOld))];
        if (content.TryGetProperty("tdxModule", out var module)) _first = TdxModule.ReadFirst(module);
        if (content.TryGetProperty("tdxModuleIdentities", out _))
            _modules = [.. CollateralJson.Objects(content, "tdxModuleIdentities").Select(TdxModule.Read)];
    }

    /// <summary>The signed text.</summary>
    public SignedStatement Statement { get; }

    /// <summary>6 bytes: the model of platform.</summary>
    public byte[] Fmspc { get; }

    /// <summary>2 bytes: the provisioning certification enclave.</summary>
    public byte[] PceId { get; }

    /// <summary>Reads it.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static TcbInfo Read(ReadOnlyMemory<byte> json) => new(SignedStatement.Read(json, "tcbInfo"));

    /// <summary>Whether it is about enclaves, or about trust domains.</summary>
    public bool IsFor(bool tdx) => _version is 2 or 3 && _id == (tdx ? "TDX" : "SGX");

    /// <summary>The level of a platform for an enclave; null where it is below all.</summary>
    public TcbLevel? LevelOf(PckPlatform platform) => _levels.FirstOrDefault(level => level.IsReachedBy(platform));

    /// <summary>The level of a platform for a trust domain; null where it is below all.</summary>
    public TcbLevel? LevelOf(PckPlatform platform, TdReport report) =>
        _levels.FirstOrDefault(level => level.IsReachedBy(platform) && level.IsReachedBy(report));

    /// <summary>The TDX module that a security version is of; null where Intel says nothing of it.</summary>
    public TdxModule? ModuleOf(ReadOnlySpan<byte> teeTcbSvn)
    {
        if (teeTcbSvn[1] == 0) return _first;
        var id = string.Create(CultureInfo.InvariantCulture, $"TDX_{teeTcbSvn[1]:X2}");
        return _modules.FirstOrDefault(module => string.Equals(module.Id, id, StringComparison.Ordinal));
    }

    /// <summary>Whether the TDX module that runs now is the newest that Intel knows.</summary>
    public bool IsNewest(ReadOnlySpan<byte> teeTcbSvn)
    {
        if (_levels is not [{ Tdx: { } newest }, ..] || teeTcbSvn[2] < newest[2]) return false;
        return teeTcbSvn[1] == 0
            ? teeTcbSvn[0] >= newest[0]
            : ModuleOf(teeTcbSvn) is { Levels: [var module, ..] } && teeTcbSvn[0] >= module.SecurityVersion;
    }
}
