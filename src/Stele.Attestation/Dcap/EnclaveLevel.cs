using System.Text.Json;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Dcap;

/// <summary>A level of something that has one security version: a quoting enclave, or a TDX module.</summary>
/// <param name="SecurityVersion">The least version that is of this level.</param>
/// <param name="Status">What Intel says of it.</param>
/// <param name="Advisories">Intel's advisories about it.</param>
internal sealed record EnclaveLevel(int SecurityVersion, TcbStatus Status, IReadOnlyList<string> Advisories)
{
    /// <summary>Reads the levels of an object, newest first as they stand there.</summary>
    /// <exception cref="FormatException">They cannot be read.</exception>
    public static IReadOnlyList<EnclaveLevel> ReadAll(JsonElement owner) =>
    [
        .. CollateralJson.Objects(owner, "tcbLevels").Select(level => new EnclaveLevel(
            CollateralJson.Number(EvidenceJson.Member(level, "tcb", JsonValueKind.Object), "isvsvn", ushort.MaxValue),
            TcbStatuses.Parse(EvidenceJson.Text(level, "tcbStatus")),
            CollateralJson.Texts(level, "advisoryIDs"))),
    ];
}
