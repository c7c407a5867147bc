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
        var lines = VerdictOutput.Lines(verdict).ToList();
        if (folder.BringsItsOwnRoots)
            lines.Add("The folder brings roots of its own: nothing of this says anything about any hardware.");
        lines.Add($"{(verdict.Accepted ? "accepted" : "REJECTED")} as of {folder.AsOf:u}");
        return string.Join(Environment.NewLine, lines);
    }

    private static void Write(Utf8JsonWriter json, EvidenceFolder folder, Verdict verdict)
    {
        json.WriteStartObject();
        json.WriteBoolean("accepted", verdict.Accepted);
        json.WriteString("asOf", folder.AsOf);
        json.WriteBoolean("makersRoots", !folder.BringsItsOwnRoots);
        VerdictOutput.WriteMembers(json, verdict);
        json.WriteEndObject();
    }
}
