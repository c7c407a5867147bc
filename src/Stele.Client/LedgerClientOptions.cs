using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Azure.Core.Pipeline;
using Stele.Client.Pipeline;

namespace Stele.Client;

/// <summary>How the clients of a ledger behave: Azure.Core's options, the API's version, and what is trusted.</summary>
public class LedgerClientOptions : ClientOptions
{
    private const ServiceVersion Latest = ServiceVersion.V2026_07_31_Preview;
    private readonly HttpPipelineTransport _initialTransport;
    private bool _setsTransport;

    /// <summary>Options for a version of the API.</summary>
    /// <param name="version">The version; the newest where none is given.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such version.</exception>
    public LedgerClientOptions(ServiceVersion version = Latest)
    {
        Version = version switch
        {
            ServiceVersion.V2022_05_13 => "2022-05-13",
            ServiceVersion.V2024_12_09_Preview => "2024-12-09-preview",
            ServiceVersion.V2026_07_31_Preview => "2026-07-31-preview",
            _ => throw new ArgumentOutOfRangeException(nameof(version), version, "There is no such version."),
        };
        WaitsInTheService = version >= ServiceVersion.V2026_07_31_Preview;
        _initialTransport = Transport;
        // Names of transactions tell nothing of what is in them, and are what one looks for in a log.
        Diagnostics.LoggedHeaderNames.Add(LedgerPipeline.TransactionHeader);
    }

    /// <summary>The versions of Azure Confidential Ledger's API that this library speaks.</summary>
    public enum ServiceVersion
    {
        /// <summary>2022-05-13, the stable one: entries, collections, receipts, users with one role.</summary>
        V2022_05_13 = 1,

        /// <summary>2024-12-09-preview: tags, users with several roles, roles, functions and hooks.</summary>
        V2024_12_09_Preview = 2,

        /// <summary>2026-07-31-preview: appends that are answered when they are committed, the list of tags.</summary>
        V2026_07_31_Preview = 3,
    }

    /// <summary>
    /// The ledger's service certificate: the only one that a node's certificate may go back to. Null for the machine's own roots,
    /// to which the certificate of hardly any ledger goes back: take it from a trusted source, from
    /// <see cref="LedgerIdentityClient"/>, or connect with <see cref="LedgerClient.ConnectAsync(Uri, string, X509Certificate2,
    /// Attestation.EvidencePolicy?, LedgerClientOptions?, CancellationToken)"/>.
    /// </summary>
    /// <remarks>A <see cref="Transport"/> of one's own has its own trust, and is not held to this.</remarks>
    public X509Certificate2? ServiceCertificate { get; set; }

    /// <summary>
    /// The authority of the identity service: the only one that its certificate may go back to. Null for the machine's own roots.
    /// </summary>
    public X509Certificate2? IdentityAuthority { get; set; }

    /// <summary>What sends the requests; the library's own where it is not set.</summary>
    /// <remarks>
    /// One that is set, be it the one that was there, has its own trust: <see cref="ServiceCertificate"/> does not reach it, and
    /// neither would a client certificate. So a client with one is made with a token, and refuses to be made with a certificate.
    /// </remarks>
    public new HttpPipelineTransport Transport
    {
        get => base.Transport;
        set => (base.Transport, _setsTransport) = (value, true);
    }

    /// <summary>
    /// The ledger's address, for those who connect by the identity service alone, where neither it nor the ledger's name tells.
    /// </summary>
    public Uri? LedgerEndpoint { get; set; }

    /// <summary>For whom bearer tokens are asked, and so who may take them.</summary>
    public string Audience { get; set; } = "https://confidential-ledger.azure.com";

    /// <summary>The version's name on the wire.</summary>
    internal string Version { get; }

    /// <summary>Whether the service itself waits for a commit, where it is asked to.</summary>
    internal bool WaitsInTheService { get; }

    /// <summary>
    /// Whether the caller set a transport, which has its own trust. Azure.Core goes by whether it was set at all, and so does this;
    /// what was set through the base class shows in that it is another.
    /// </summary>
    internal bool HasOwnTransport => _setsTransport || !ReferenceEquals(Transport, _initialTransport);
}
