using System.Security.Cryptography.X509Certificates;
using Azure.Core.Pipeline;

namespace Stele.Client.Pipeline;

/// <summary>Builds pipelines: every request of this library goes through one that is made here.</summary>
internal static class PipelineFactory
{
    private const string NoAuthority =
        "Set LedgerClientOptions.IdentityAuthority to the certificate of the identity service's authority; a node of Stele writes it to "
        + "identity_ca.pem.";
    private const string OtherAuthority =
        "Either LedgerClientOptions.IdentityAuthority is another's, or this is not the identity service's address.";
    private const string NoService =
        "Set LedgerClientOptions.ServiceCertificate to the ledger's service certificate, or use LedgerClient.ConnectAsync, which asks "
        + "the identity service for it.";
    private const string OtherService = "Either the service certificate that was given is another's, or this is not the ledger's address.";

    /// <summary>The pipeline of a ledger.</summary>
    /// <param name="endpoint">The ledger's address.</param>
    /// <param name="options">The options.</param>
    /// <param name="service">The service's certificate; null for the machine's own roots.</param>
    /// <param name="credential">Who calls.</param>
    /// <exception cref="ArgumentException">The address is none of https, or nothing would show the certificate.</exception>
    public static LedgerPipeline ForLedger(
        Uri endpoint, LedgerClientOptions options, X509Certificate2? service, LedgerCredential credential)
    {
        Demand(endpoint);
        ArgumentNullException.ThrowIfNull(options);
        credential.DemandShown(options);
        var transport = Trusting(service, service is null ? NoService : OtherService);
        if (credential.Certificate is { } certificate) transport.ClientCertificates.Add(certificate);
        var isPinned = service is not null && !options.HasOwnTransport;
        var pipeline = OptionsOf(options, isPinned);
        if (credential.Token is { } token)
            pipeline.PerRetryPolicies.Add(new BearerTokenAuthenticationPolicy(token, options.Audience.TrimEnd('/') + "/.default"));
        if (isPinned) pipeline.PerRetryPolicies.Add(new CarriedAuthorizationPolicy());
        return new LedgerPipeline(HttpPipelineBuilder.Build(pipeline, transport), endpoint, options, service);
    }

    /// <summary>The pipeline of an identity service, which asks nobody who they are.</summary>
    /// <exception cref="ArgumentException">The address is none of https.</exception>
    public static LedgerPipeline ForIdentity(Uri endpoint, LedgerClientOptions options)
    {
        Demand(endpoint);
        ArgumentNullException.ThrowIfNull(options);
        var transport = Trusting(options.IdentityAuthority, options.IdentityAuthority is null ? NoAuthority : OtherAuthority);
        var pipeline = HttpPipelineBuilder.Build(OptionsOf(options, isPinned: false), transport);
        return new LedgerPipeline(pipeline, endpoint, options, service: null);
    }

    /// <summary>A pipeline whose caller judges the server, once its one session is there; nobody says who they are in it.</summary>
    /// <param name="endpoint">The node's address.</param>
    /// <param name="options">The options.</param>
    /// <param name="judge">Whether the session goes on.</param>
    public static LedgerPipeline ForSession(
        Uri endpoint, LedgerClientOptions options, Func<ServerCertificateCustomValidationArgs, bool> judge)
    {
        Demand(endpoint);
        var transport = new HttpPipelineTransportOptions { ServerCertificateCustomValidationCallback = judge };
        var pipeline = HttpPipelineBuilder.Build(OptionsOf(options, isPinned: false), transport);
        return new LedgerPipeline(pipeline, endpoint, options, service: null);
    }

    private static HttpPipelineTransportOptions Trusting(X509Certificate2? authority, string advice) => new()
    {
        ServerCertificateCustomValidationCallback = shown => ServiceTrust.Demand(shown, authority, advice),
    };

    private static HttpPipelineOptions OptionsOf(LedgerClientOptions options, bool isPinned) => new(options)
    {
        PerCallPolicies = { new LedgerRedirectPolicy(isPinned) },
        PerRetryPolicies = { new UntrustedServerPolicy() },
        RequestFailedDetailsParser = LedgerErrorParser.Shared,
        ResponseClassifier = LedgerResponseClassifier.Shared,
    };

    private static void Demand(Uri endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (!endpoint.IsAbsoluteUri || endpoint.Scheme != Uri.UriSchemeHttps)
            throw new ArgumentException($"{endpoint} is not an https address.", nameof(endpoint));
    }
}
