using System.Security.Cryptography.X509Certificates;
using Stele.Attestation;
using Stele.Attestation.Nodes;

namespace Stele.Cli.Connection;

/// <summary>A node that has shown its evidence, and what a policy says of it.</summary>
/// <param name="Session">The TLS session that it was shown in.</param>
/// <param name="Verdict">The verdict, with the check of the service's certificate.</param>
/// <param name="AsOf">The moment of the judgement.</param>
internal sealed record AttestedNode(NodeSession Session, Verdict Verdict, DateTimeOffset AsOf)
{
    private const int PolicyBytesMax = 1 << 20;

    public bool IsVirtual => Verdict.Claims?.Platform == Platform.Virtual;

    /// <summary>Asks a node for its evidence, and judges it together with the key of the session.</summary>
    /// <param name="node">The node's address.</param>
    /// <param name="service">The service's certificate; null where it may be any.</param>
    /// <param name="policy">What is accepted.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="CommandFailedException">There is no answer.</exception>
    public static async Task<AttestedNode> AskAsync(
        Uri node, X509Certificate2? service, EvidencePolicy policy, CancellationToken cancel)
    {
        var asOf = TimeProvider.System.GetUtcNow();
        var session = await NodeSession.GetAsync(new Uri(node, "/node/quotes/self"), service, cancel);
        var verdict = SessionEvidence.Verify(session.Body, session.PublicKey, policy, TrustAnchors.Published, asOf);
        return new AttestedNode(session, verdict with { Checks = [.. verdict.Checks, ServiceCheck(session, service)] }, asOf);
    }

    /// <summary>Reads a policy for nodes.</summary>
    /// <exception cref="CommandFailedException">The file is none.</exception>
    public static EvidencePolicy ReadPolicy(FileInfo file)
    {
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
}
