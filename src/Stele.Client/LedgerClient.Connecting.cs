using System.Security.Cryptography.X509Certificates;
using Azure;
using Azure.Core;
using Stele.Attestation;
using Stele.Client.Connecting;
using Stele.Client.Pipeline;

namespace Stele.Client;

/// <content>Connecting: trust set up in one call.</content>
public partial class LedgerClient
{
    /// <summary>
    /// Connects to a ledger of which only the name and the identity service are known: asks that service for the certificate, and
    /// with a policy has the node prove what it runs in before anything is trusted.
    /// </summary>
    /// <param name="identityService">The identity service's address, https.</param>
    /// <param name="ledgerId">The ledger's name.</param>
    /// <param name="credential">The certificate with its private key that the client comes with.</param>
    /// <param name="policy">
    /// What the node must run: its evidence must be of the key of the very TLS session, and its certificate go back to the
    /// service's. Null to trust the identity service alone.
    /// </param>
    /// <param name="options">Options; null for the usual ones.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="NodeNotAttestedException">The node does not run what the policy accepts.</exception>
    /// <exception cref="RequestFailedException">There is no such ledger, or it cannot be reached.</exception>
    /// <exception cref="ArgumentException">
    /// A client certificate comes with a <see cref="LedgerClientOptions.Transport"/> of one's own, which does not show it.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// Nobody says where the ledger is, or <see cref="LedgerClientOptions.ServiceCertificate"/> is another than the service tells.
    /// </exception>
    public static Task<LedgerClient> ConnectAsync(
        Uri identityService, string ledgerId, X509Certificate2 credential, EvidencePolicy? policy,
        LedgerClientOptions? options = null, CancellationToken cancellationToken = default) =>
        ConnectAsync(identityService, ledgerId, new LedgerCredential(credential), policy, options, cancellationToken);

    /// <inheritdoc cref="ConnectAsync(Uri, string, X509Certificate2, EvidencePolicy?, LedgerClientOptions?, CancellationToken)"/>
    public static Task<LedgerClient> ConnectAsync(
        Uri identityService, string ledgerId, TokenCredential credential, EvidencePolicy? policy,
        LedgerClientOptions? options = null, CancellationToken cancellationToken = default) =>
        ConnectAsync(identityService, ledgerId, new LedgerCredential(credential), policy, options, cancellationToken);

    /// <inheritdoc cref="ConnectAsync(Uri, string, X509Certificate2, EvidencePolicy?, LedgerClientOptions?, CancellationToken)"/>
    public static LedgerClient Connect(
        Uri identityService, string ledgerId, X509Certificate2 credential, EvidencePolicy? policy,
        LedgerClientOptions? options = null, CancellationToken cancellationToken = default) =>
        Connect(identityService, ledgerId, new LedgerCredential(credential), policy, options, cancellationToken);

    /// <inheritdoc cref="ConnectAsync(Uri, string, X509Certificate2, EvidencePolicy?, LedgerClientOptions?, CancellationToken)"/>
    public static LedgerClient Connect(
        Uri identityService, string ledgerId, TokenCredential credential, EvidencePolicy? policy,
        LedgerClientOptions? options = null, CancellationToken cancellationToken = default) =>
        Connect(identityService, ledgerId, new LedgerCredential(credential), policy, options, cancellationToken);

    private static async Task<LedgerClient> ConnectAsync(
        Uri identityService, string ledgerId, LedgerCredential credential, EvidencePolicy? policy,
        LedgerClientOptions? options, CancellationToken cancel)
    {
        options ??= new LedgerClientOptions();
        credential.DemandShown(options);
        var identities = new LedgerIdentityClient(identityService, options);
        LedgerIdentity identity = await identities.GetLedgerIdentityAsync(ledgerId, cancel).ConfigureAwait(false);
        RefuseOther(identity, options);
        var ledger = LedgerLocation.Of(identity, identityService, options);
        if (policy is not null)
            await NodeAttestation.DemandAsync(ledger, identity.ServiceCertificate, policy, options, cancel).ConfigureAwait(false);
        return new LedgerClient(PipelineFactory.ForLedger(ledger, options, identity.ServiceCertificate, credential));
    }

    private static LedgerClient Connect(
        Uri identityService, string ledgerId, LedgerCredential credential, EvidencePolicy? policy,
        LedgerClientOptions? options, CancellationToken cancel)
    {
        options ??= new LedgerClientOptions();
        credential.DemandShown(options);
        LedgerIdentity identity = new LedgerIdentityClient(identityService, options).GetLedgerIdentity(ledgerId, cancel);
        RefuseOther(identity, options);
        var ledger = LedgerLocation.Of(identity, identityService, options);
        if (policy is not null) NodeAttestation.Demand(ledger, identity.ServiceCertificate, policy, options, cancel);
        return new LedgerClient(PipelineFactory.ForLedger(ledger, options, identity.ServiceCertificate, credential));
    }

    // Whoever knows the certificate already is not to be talked out of it.
    private static void RefuseOther(LedgerIdentity identity, LedgerClientOptions options)
    {
        if (options.ServiceCertificate is not { } known) return;
        if (known.RawData.AsSpan().SequenceEqual(identity.ServiceCertificate.RawData)) return;
        throw new InvalidOperationException(
            $"The identity service tells another certificate of {identity.LedgerId} than LedgerClientOptions.ServiceCertificate.");
    }
}
