using System.Globalization;
using System.Text.Json;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Dcap;

/// <summary>A level of a platform's firmware and microcode.</summary>
/// <param name="Sgx">The least security versions of 16 components.</param>
/// <param name="PceSvn">The least of the provisioning certification enclave's.</param>
/// <param name="Tdx">The least of 16 more components, for trust domains; null where it says nothing of them.</param>
/// <param name="Status">What Intel says of it.</param>
/// <param name="Advisories">Intel's advisories about it.</param>
internal sealed record TcbLevel(
    IReadOnlyList<int> Sgx, int PceSvn, IReadOnlyList<int>? Tdx, TcbStatus Status, IReadOnlyList<string> Advisories)
{
    private const int Components = 16;

    /// <summary>Reads a level.</summary>
    /// <param name="json">An item of <c>tcbLevels</c>.</param>
    /// <param name="isOld">Whether it is laid out as in version 2: one member for each component.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public static TcbLevel Read(JsonElement json, bool isOld)
    {
        var tcb = EvidenceJson.Member(json, "tcb", JsonValueKind.Object);
        return new TcbLevel(
            isOld ? ReadOld(tcb) : ReadComponents(tcb, "sgxtcbcomponents"),
            CollateralJson.Number(tcb, "pcesvn", ushort.MaxValue),
            tcb.TryGetProperty("tdxtcbcomponents", out _) ? ReadComponents(tcb, "tdxtcbcomponents") : null,
            TcbStatuses.Parse(EvidenceJson.Text(json, "tcbStatus")),
            CollateralJson.Texts(json, "advisoryIDs"));
    }

    /// <summary>Whether a platform is at this level or above, in what enclaves depend on.</summary>
    public bool IsReachedBy(PckPlatform platform) =>
        platform.PceSvn >= PceSvn && Sgx.Zip(platform.ComponentSvns).All(pair => pair.Second >= pair.First);

    /// <summary>Whether a trust domain's platform is at this level or above, in what only trust domains depend on.</summary>
    public bool IsReachedBy(TdReport report)
    {
        // From module version 1 on, the first two bytes are the module's own, and judged by its identity.
        var first = report.TeeTcbSvn[1] > 0 ? 2 : 0;
        return Tdx is not null && Tdx.Zip(report.TeeTcbSvn).Skip(first).All(pair => pair.Second >= pair.First);
    }

    private static List<int> ReadComponents(JsonElement tcb, string name)
    {
        var svns = CollateralJson.Objects(tcb, name).Select(one => CollateralJson.Number(one, "svn", byte.MaxValue)).ToList();
        return svns.Count == Components ? svns : throw new FormatException($"\"{name}\" has not {Components} items.");
    }

    private static List<int> ReadOld(JsonElement tcb) =>
    [
        .. Enumerable.Range(1, Components).Select(number => CollateralJson.Number(
            tcb, string.Create(CultureInfo.InvariantCulture, $"sgxtcbcomp{number:00}svn"), byte.MaxValue)),
    ];
}
