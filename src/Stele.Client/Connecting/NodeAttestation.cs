using System.Security.Cryptography.X509Certificates;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Stele.Attestation;
using Stele.Attestation.Nodes;
using Stele.Client.Pipeline;

namespace Stele.Client.Connecting;

/// <summary>
/// Judges the node at the other end of a TLS session by what it shows of the enclave that it runs in. One certificate alone: what
/// is answered is answered by whoever has the key that is looked at here, also where a session breaks and another follows.
/// </summary>
internal sealed class NodeAttestation
{
    private readonly Uri _node;
    private readonly X509Certificate2 _service;
    private readonly EvidencePolicy _policy;
    private readonly LedgerPipeline _pipeline;
    private byte[]? _shown;
    private byte[]? _sessionKey;
    private string? _certificateFault;

    private NodeAttestation(Uri node, X509Certificate2 service, EvidencePolicy policy, LedgerClientOptions options)
    {
        if (options.HasOwnTransport)
        {
            throw new InvalidOperationException(
                "A node is attested by the key of its TLS session, which a Transport of one's own does not show: leave it out.");
        }
        (_node, _service, _policy) = (node, service, policy);
        _pipeline = PipelineFactory.ForSession(node, options, Judge);
    }

    private static LedgerCall<ReadOnlyMemory<byte>> Evidence => new(
        "LedgerClient.Connect", RequestMethod.Get, "/node/quotes/self", (_, response) => response.Content.ToMemory());

    /// <summary>Demands that a node is of this service, and runs what the policy accepts.</summary>
    /// <exception cref="NodeNotAttestedException">It is not, or does not.</exception>
    public static void Demand(
        Uri node, X509Certificate2 service, EvidencePolicy policy, LedgerClientOptions options, CancellationToken cancel)
    {
        var attestation = new NodeAttestation(node, service, policy, options);
        attestation.Decide(attestation._pipeline.Invoke(Evidence, cancel));
    }

    /// <inheritdoc cref="Demand"/>
    public static async Task DemandAsync(
        Uri node, X509Certificate2 service, EvidencePolicy policy, LedgerClientOptions options, CancellationToken cancel)
    {
        var attestation = new NodeAttestation(node, service, policy, options);
        attestation.Decide(await attestation._pipeline.InvokeAsync(Evidence, cancel).ConfigureAwait(false));
    }

    // What is wrong with the certificate becomes one of the checks: all of them are told. No credentials go this way.
    private bool Judge(ServerCertificateCustomValidationArgs shown)
    {
        if (shown.Certificate is not { } certificate) return false;
        if (_shown is not null) return _shown.AsSpan().SequenceEqual(certificate.RawData);
        _shown = certificate.RawData;
        _sessionKey = certificate.PublicKey.ExportSubjectPublicKeyInfo();
        _certificateFault = ServiceTrust.Fault(shown, _service);
        return true;
    }

    private void Decide(Response<ReadOnlyMemory<byte>> answer)
    {
        var verdict = SessionEvidence.Verify(
            answer.Value, _sessionKey, _policy, TrustAnchors.Published, TimeProvider.System.GetUtcNow());
        var ofService = new Check("service-certificate", _certificateFault is null, _certificateFault);
        verdict = verdict with { Checks = [.. verdict.Checks, ofService] };
        if (!verdict.Accepted) throw new NodeNotAttestedException(_node, verdict);
    }
}
