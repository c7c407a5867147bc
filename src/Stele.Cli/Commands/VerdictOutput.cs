using System.Text;
using System.Text.Json;
using Stele.Attestation;
using Stele.Cli.Output;

namespace Stele.Cli.Commands;

/// <summary>A verdict on evidence as it is shown: every check, and what the evidence says.</summary>
internal static class VerdictOutput
{
    /// <summary>What stands under the verdict on a node without an enclave.</summary>
    public const string NothingAttested = "VIRTUAL: there is no enclave. NOTHING of this node is attested.";

    /// <summary>The lines of a verdict: checks first, then claims.</summary>
    public static IEnumerable<string> Lines(Verdict verdict) =>
        verdict.Checks.Select(Line).Concat(verdict.Claims is { } claims ? Lines(claims) : []);

    /// <summary>Writes the members of a verdict.</summary>
    public static void WriteMembers(Utf8JsonWriter json, Verdict verdict)
    {
        if (verdict.Claims is { } claims) WriteMembers(json, claims);
        json.WriteStartArray("checks");
        foreach (var check in verdict.Checks)
        {
            json.WriteStartObject();
            json.WriteString("name", check.Name);
            json.WriteBoolean("passed", check.Passed);
            if (check.Reason is not null) json.WriteString("reason", check.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>One check, as a line.</summary>
    public static string Line(Check check) =>
        $"{(check.Passed ? "ok    " : "FAILED")} {check.Name}{(check.Reason is { } reason ? $": {Printable.Of(reason)}" : "")}";

    private static IEnumerable<string> Lines(AttestationClaims claims) =>
    [
        $"platform     {claims.Platform} {claims.Product}".TrimEnd(),
        $"measurement  {Shown(Measurement(claims))}",
        .. claims.Registers.Select((register, number) => $"rtmr{number}        {Hex(register)}"),
        .. claims.Signer.IsEmpty ? Array.Empty<string>() : [$"mrsigner     {Hex(claims.Signer)}"],
        $"report data  {Shown(Hex(claims.ReportData))}",
        $"host data    {Shown(Hex(claims.HostData))}",
        $"tcb          {Shown($"{claims.Tcb} {claims.TcbStatus} {string.Join(' ', claims.Advisories)}".Trim())}",
        $"debug        {(claims.Debug ? "YES: the host may read the memory" : "no")}",
    ];

    private static void WriteMembers(Utf8JsonWriter json, AttestationClaims claims)
    {
        json.WriteString("platform", claims.Platform.ToString());
        json.WriteString("product", claims.Product);
        json.WriteString("measurement", Measurement(claims));
        json.WriteString("reportData", Hex(claims.ReportData));
        json.WriteString("hostData", Hex(claims.HostData));
        if (claims.Registers.Count > 0)
        {
            json.WriteStartArray("registers");
            foreach (var register in claims.Registers) json.WriteStringValue(Hex(register));
            json.WriteEndArray();
        }
        if (!claims.Signer.IsEmpty) json.WriteString("mrsigner", Hex(claims.Signer));
        json.WriteString("tcb", claims.Tcb);
        json.WriteString("tcbStatus", claims.TcbStatus);
        json.WriteStartArray("advisories");
        foreach (var advisory in claims.Advisories) json.WriteStringValue(advisory);
        json.WriteEndArray();
        json.WriteBoolean("debug", claims.Debug);
    }

    // Where nothing is measured it is a text.
    private static string Measurement(AttestationClaims claims) => claims.Platform == Platform.Virtual
        ? Encoding.UTF8.GetString(claims.Measurement.Span)
        : Hex(claims.Measurement);

    private static string Shown(string value) => value.Length == 0 ? "not told" : Printable.Of(value);

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
