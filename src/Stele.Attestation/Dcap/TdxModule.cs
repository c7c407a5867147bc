using System.Text.Json;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Dcap;

/// <summary>What Intel says of one major version of the TDX module.</summary>
/// <param name="Id"><c>TDX_01</c> and so on; empty for version 0, whose levels are the platform's own.</param>
/// <param name="Levels">Its levels, newest first; none for version 0.</param>
internal sealed record TdxModule(string Id, IReadOnlyList<EnclaveLevel> Levels)
{
    private byte[] Signer { get; init; } = [];

    private byte[] Attributes { get; init; } = [];

    private byte[] AttributesMask { get; init; } = [];

    /// <summary>Reads an entry of <c>tdxModuleIdentities</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static TdxModule Read(JsonElement json) => Read(json, EvidenceJson.Text(json, "id"), EnclaveLevel.ReadAll(json));

    /// <summary>Reads <c>tdxModule</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static TdxModule ReadFirst(JsonElement json) => Read(json, "", []);

    /// <summary>Whether the module that a trust domain ran under is the one it is about. Reserved bits are zero.</summary>
    public bool Fits(TdReport report) =>
        report.MrSignerSeam.AsSpan().SequenceEqual(Signer)
        && Masked.Equal(report.SeamAttributes, AttributesMask, Attributes)
        && !report.SeamAttributes.AsSpan().ContainsAnyExcept((byte)0);

    /// <summary>The level of a security version; null where it is below all.</summary>
    public EnclaveLevel? LevelOf(int securityVersion) => Levels.FirstOrDefault(level => securityVersion >= level.SecurityVersion);

    private static TdxModule Read(JsonElement json, string id, IReadOnlyList<EnclaveLevel> levels) => new(id, levels)
    {
        Signer = CollateralJson.Hex(json, "mrsigner", 48),
        Attributes = CollateralJson.Hex(json, "attributes", 8),
        AttributesMask = CollateralJson.Hex(json, "attributesMask", 8),
    };
}
