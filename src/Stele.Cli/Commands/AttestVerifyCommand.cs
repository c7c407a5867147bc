using System.CommandLine;
using System.Text.Json;
using Stele.Attestation;
using Stele.Attestation.Folders;
using Stele.Cli.Output;

namespace Stele.Cli.Commands;

/// <summary><c>stele attest verify</c>: judges a folder of evidence, offline.</summary>
internal static class AttestVerifyCommand
{
    private const int FileSizeMax = 1 << 23;

    private static readonly Argument<DirectoryInfo> Target = new("directory")
    {
        Description = "a folder of evidence, whose vector.json says what it is, as of when it is judged, and by what policy",
    };

    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new TaughtCommand(
            "verify",
            "Judge a folder of evidence, offline: each check that was made, and what the evidence says.",
            """
            Examples:
              stele attest verify evidence/
              stele attest verify evidence/ --json

            The makers' roots are built in; nothing is fetched. docs/attestation.md describes the folder and each check.
            Exits with 0 when the evidence is accepted, with 3 when it is rejected, with 1 when the folder cannot be read.
            """)
        {
            Target, Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var target = parsed.GetRequiredValue(Target);
        if (!target.Exists) throw new CommandFailedException($"{target.FullName} is not there.", ExitCode.Usage);
        var (folder, verdict) = Judge(target);
        new Terminal(parsed.GetValue(Json)).Result(Text(folder, verdict), json => Write(json, folder, verdict));
        return verdict.Accepted ? ExitCode.Ok : ExitCode.NotVerified;
    }

    private static (EvidenceFolder Folder, Verdict Verdict) Judge(DirectoryInfo target)
    {
        try
        {
            var folder = EvidenceFolder.Open(name => Read(new FileInfo(Path.Combine(target.FullName, name))));
            return (folder, folder.Judge());
        }
        catch (FormatException fault)
        {
            throw new CommandFailedException($"{target.FullName} is no folder of evidence: {fault.Message}", ExitCode.Failed);
        }
    }

    private static byte[]? Read(FileInfo file) => !file.Exists
        ? null
        : file.Length <= FileSizeMax
            ? File.ReadAllBytes(file.FullName)
            : throw new FormatException($"{file.Name} has over {FileSizeMax} bytes.");

    private static string Text(EvidenceFolder folder, Verdict verdict)
    {
        var lines = verdict.Checks.Select(Line).ToList();
        if (verdict.Claims is { } claims) lines.AddRange(Lines(claims));
        if (folder.BringsItsOwnRoots)
            lines.Add("The folder brings roots of its own: nothing of this says anything about any hardware.");
        lines.Add($"{(verdict.Accepted ? "accepted" : "REJECTED")} as of {folder.AsOf:u}");
        return string.Join(Environment.NewLine, lines);
    }

    private static string Line(Check check) =>
        $"{(check.Passed ? "ok    " : "FAILED")} {check.Name}{(check.Reason is { } reason ? $": {Printable.Of(reason)}" : "")}";

    private static IEnumerable<string> Lines(AttestationClaims claims) =>
    [
        $"platform     {claims.Platform} {claims.Product}".TrimEnd(),
        $"measurement  {Shown(Hex(claims.Measurement))}",
        $"report data  {Shown(Hex(claims.ReportData))}",
        $"host data    {Shown(Hex(claims.HostData))}",
        $"tcb          {Shown($"{claims.Tcb} {claims.TcbStatus} {string.Join(' ', claims.Advisories)}".Trim())}",
        $"debug        {(claims.Debug ? "YES: the host may read the memory" : "no")}",
    ];

    private static string Shown(string value) => value.Length == 0 ? "not told" : Printable.Of(value);

    private static void Write(Utf8JsonWriter json, EvidenceFolder folder, Verdict verdict)
    {
        json.WriteStartObject();
        json.WriteBoolean("accepted", verdict.Accepted);
        json.WriteString("asOf", folder.AsOf);
        json.WriteBoolean("makersRoots", !folder.BringsItsOwnRoots);
        if (verdict.Claims is { } claims) Write(json, claims);
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
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, AttestationClaims claims)
    {
        json.WriteString("platform", claims.Platform.ToString());
        json.WriteString("product", claims.Product);
        json.WriteString("measurement", Hex(claims.Measurement));
        json.WriteString("reportData", Hex(claims.ReportData));
        json.WriteString("hostData", Hex(claims.HostData));
        json.WriteString("tcb", claims.Tcb);
        json.WriteString("tcbStatus", claims.TcbStatus);
        json.WriteStartArray("advisories");
        foreach (var advisory in claims.Advisories) json.WriteStringValue(advisory);
        json.WriteEndArray();
        json.WriteBoolean("debug", claims.Debug);
    }

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
