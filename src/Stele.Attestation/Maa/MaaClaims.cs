using System.Text.Json;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Maa;

/// <summary>Reads out of a token what evidence of any kind says.</summary>
internal static class MaaClaims
{
    private static readonly string[] Levels = ["bootloader-svn", "tee-svn", "snpfw-svn", "microcode-svn"];

    /// <summary>What a token says. What it leaves out is empty, and who does not say that debug is off has it on.</summary>
    /// <exception cref="FormatException">The token is of an unknown kind, or a value cannot be read.</exception>
    public static AttestationClaims Read(JsonElement claims) => Kind(claims) switch
    {
        "sgx" => Sgx(claims),
        "sevsnpvm" => Snp(claims),
        "tdxvm" => Tdx(claims),
        "azurevm" => Tee(claims) with { Platform = Platform.AzureVm },
        var kind => throw new FormatException($"A token of the unknown kind \"{kind}\"."),
    };

    /// <summary>The platform that a virtual machine runs on, or the token's own; empty when it names none.</summary>
    public static string Isolation(JsonElement claims) => Kind(Isolated(claims) ?? claims);

    /// <summary>The nonce of whoever asked for a virtual machine's token; null when there is none.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public static byte[]? Nonce(JsonElement claims) =>
        EvidenceJson.TryGet(claims, "x-ms-runtime", JsonValueKind.Object, out var runtime)
        && EvidenceJson.TryGet(runtime, "client-payload", JsonValueKind.Object, out var payload)
        && EvidenceJson.OptionalText(payload, "nonce") is { } nonce
            ? Convert.FromBase64String(nonce)
            : null;

    private static string Kind(JsonElement claims) => EvidenceJson.OptionalText(claims, "x-ms-attestation-type") ?? "";

    private static JsonElement? Isolated(JsonElement claims) =>
        EvidenceJson.TryGet(claims, "x-ms-isolation-tee", JsonValueKind.Object, out var tee) ? tee : null;

    // A virtual machine that does not say what isolates it is isolated by nothing.
    private static AttestationClaims Tee(JsonElement claims) => Isolated(claims) is not { } tee
        ? new AttestationClaims { Platform = Platform.AzureVm, Measurement = default, ReportData = default, Debug = true }
        : Kind(tee) switch
        {
            "sevsnpvm" => Snp(tee),
            "tdxvm" => Tdx(tee),
            var kind => throw new FormatException($"A virtual machine isolated by the unknown \"{kind}\"."),
        };

    private static AttestationClaims Sgx(JsonElement claims) => new()
    {
        Platform = Platform.Sgx,
        Measurement = Hex(claims, "x-ms-sgx-mrenclave"),
        ReportData = Hex(claims, "x-ms-sgx-report-data"),
        Debug = !IsFalse(claims, "x-ms-sgx-is-debuggable"),
    };

    private static AttestationClaims Snp(JsonElement claims) => new()
    {
        Platform = Platform.SevSnp,
        Measurement = Hex(claims, "x-ms-sevsnpvm-launchmeasurement"),
        ReportData = Hex(claims, "x-ms-sevsnpvm-reportdata"),
        HostData = Hex(claims, "x-ms-sevsnpvm-hostdata"),
        Tcb = string.Join(", ", Levels.Select(name => $"{name} {Number(claims, "x-ms-sevsnpvm-" + name)}")),
        Debug = !IsFalse(claims, "x-ms-sevsnpvm-is-debuggable"),
    };

    private static AttestationClaims Tdx(JsonElement claims) => new()
    {
        Platform = Platform.Tdx,
        Measurement = Hex(claims, "tdx_mrtd"),
        ReportData = Hex(claims, "tdx_report_data"),
        HostData = Hex(claims, "tdx_mrconfigid"),
        TcbStatus = EvidenceJson.OptionalText(claims, "attester_tcb_status") ?? "",
        Debug = EvidenceJson.OptionalText(claims, "dbgstat") != "disabled",
    };

    private static bool IsFalse(JsonElement claims, string name) => EvidenceJson.TryGet(claims, name, JsonValueKind.False, out _);

    private static string Number(JsonElement claims, string name) =>
        EvidenceJson.TryGet(claims, name, JsonValueKind.Number, out var number) ? number.GetRawText() : "?";

    private static byte[] Hex(JsonElement claims, string name) =>
        Convert.FromHexString(EvidenceJson.OptionalText(claims, name) ?? "");
}
