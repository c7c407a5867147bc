using System.CommandLine;
using System.Text.Json;
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
        var file = parsed.GetValue(Policy)
            ?? throw new CommandFailedException("What is accepted? Say it in a file: --policy policy.json", ExitCode.Usage);
        var policy = AttestedNode.ReadPolicy(file);
        using var service = parsed.GetValue(ServiceCertificate) is { } path ? CertificateFile.Read(path) : null;
        var node = await AttestedNode.AskAsync(address, service, policy, cancel);
        new Terminal(parsed.GetValue(Json)).Result(Text(node), json => Write(json, address, node));
        return node.Verdict.Accepted ? ExitCode.Ok : ExitCode.NotVerified;
    }

    private static Uri Address(string? url)
    {
        if (url is null)
            throw new CommandFailedException("Which node? Give its address, or a command; see: stele attest --help", ExitCode.Usage);
        return Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps
            ? address
            : throw new CommandFailedException($"{url} is not an https address.", ExitCode.Usage);
    }

    private static string Text(AttestedNode node) => string.Join(
        Environment.NewLine,
        VerdictOutput.Lines(node.Verdict).Concat(node.IsVirtual ? [VerdictOutput.NothingAttested] : [])
            .Append($"{(node.Verdict.Accepted ? "accepted" : "REJECTED")} as of {node.AsOf:u}"));

    private static void Write(Utf8JsonWriter json, Uri address, AttestedNode node)
    {
        json.WriteStartObject();
        json.WriteBoolean("accepted", node.Verdict.Accepted);
        json.WriteBoolean("virtual", node.IsVirtual);
        json.WriteString("node", address.AbsoluteUri);
        json.WriteString("sessionKey", Digest.Of(node.Session.PublicKey).ToHex());
        json.WriteString("asOf", node.AsOf);
        VerdictOutput.WriteMembers(json, node.Verdict);
        json.WriteEndObject();
    }
}
