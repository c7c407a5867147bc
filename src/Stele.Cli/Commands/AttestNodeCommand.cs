using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Stele.Attestation;
using Stele.Attestation.Nodes;
using Stele.Cli.Connection;
using Stele.Cli.Output;
using Stele.Cryptography;

namespace Stele.Cli.Commands;

/// <summary><c>stele attest URL</c>: whether the node at the other end of a TLS session runs what a policy accepts.</summary>
internal static class AttestNodeCommand
{
    public const string Lesson =
        """
        Examples:
          stele attest https://node:8000 --policy policy.json
          stele attest https://node:8000 --policy policy.json --service-cert service_cert.pem --json

        The policy says what is accepted, such as {"measurement": "…", "host_data": "…", "minimum_tcb": {…}}; docs/attestation.md
        lists its members. The node's evidence must be about the key of the very TLS session that it is shown in.
        Exits with 0 when the node is accepted, with 3 when it is rejected.
        """;

    private const int PolicyBytesMax = 1 << 20;

    private static readonly Argument<string?> Node = new("url")
    {
        Description = "a node's address; this or a command must be given",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<FileInfo?> Policy = new("--policy")
    {
        Description = "a file that says what is accepted",
        HelpName = "JSON",
    };

    private static readonly Option<string?> ServiceCertificate = new("--service-cert")
    {
        Description = "the service's certificate, which must have endorsed the node's",
        HelpName = "PEM",
    };

    private static readonly Option<bool> Json = CommonOptions.Json();

    public static void AddTo(Command command)
    {
        command.Arguments.Add(Node);
        command.Options.Add(Policy);
        command.Options.Add(ServiceCertificate);
        command.Options.Add(Json);
        command.SetAction(RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var address = Address(parsed.GetValue(Node));
        var policy = ReadPolicy(parsed.GetValue(Policy));
        using var service = parsed.GetValue(ServiceCertificate) is { } path ? CertificateFile.Read(path) : null;
        var asOf = TimeProvider.System.GetUtcNow();
        var session = await NodeSession.GetAsync(new Uri(address, "/node/quotes/self"), service, cancel);
        var verdict = SessionEvidence.Verify(session.Body, session.PublicKey, policy, TrustAnchors.Published, asOf);
        verdict = verdict with { Checks = [.. verdict.Checks, ServiceCheck(session, service)] };
        new Terminal(parsed.GetValue(Json)).Result(Text(verdict, asOf), json => Write(json, address, session, verdict, asOf));
        return verdict.Accepted ? ExitCode.Ok : ExitCode.NotVerified;
    }

    private static Uri Address(string? url)
    {
        if (url is null)
            throw new CommandFailedException("Which node? Give its address, or a command; see: stele attest --help", ExitCode.Usage);
        return Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps
            ? address
            : throw new CommandFailedException($"{url} is not an https address.", ExitCode.Usage);
    }

    private static EvidencePolicy ReadPolicy(FileInfo? file)
    {
        if (file is null)
            throw new CommandFailedException("What is accepted? Say it in a file: --policy policy.json", ExitCode.Usage);
        if (!file.Exists) throw new CommandFailedException($"{file.FullName} is not there.", ExitCode.Usage);
        try
        {
            if (file.Length > PolicyBytesMax) throw new FormatException($"It has over {PolicyBytesMax} bytes.");
            return EvidencePolicy.Read(File.ReadAllBytes(file.FullName));
        }
        catch (FormatException fault)
        {
            throw new CommandFailedException($"{file.FullName} is no policy: {fault.Message}", ExitCode.Failed);
        }
    }

    private static Check ServiceCheck(NodeSession session, X509Certificate2? service)
    {
        const string Name = "service-certificate";
        return service is null
            ? new Check(Name, Passed: true, "No service certificate was given: to which ledger the node belongs is not checked.")
            : new Check(Name, session.CertificateFault is null, session.CertificateFault);
    }

    private static string Text(Verdict verdict, DateTimeOffset asOf) => string.Join(
        Environment.NewLine,
        VerdictOutput.Lines(verdict).Concat(IsVirtual(verdict) ? ["VIRTUAL: there is no enclave. NOTHING of this node is attested."] : [])
            .Append($"{(verdict.Accepted ? "accepted" : "REJECTED")} as of {asOf:u}"));

    private static void Write(Utf8JsonWriter json, Uri address, NodeSession session, Verdict verdict, DateTimeOffset asOf)
    {
        json.WriteStartObject();
        json.WriteBoolean("accepted", verdict.Accepted);
        json.WriteBoolean("virtual", IsVirtual(verdict));
        json.WriteString("node", address.AbsoluteUri);
        json.WriteString("sessionKey", Digest.Of(session.PublicKey).ToHex());
        json.WriteString("asOf", asOf);
        VerdictOutput.WriteMembers(json, verdict);
        json.WriteEndObject();
    }

    private static bool IsVirtual(Verdict verdict) => verdict.Claims?.Platform == Platform.Virtual;
}
