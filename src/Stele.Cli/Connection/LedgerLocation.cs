using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;

namespace Stele.Cli.Connection;

/// <summary>Where a ledger is, whom to trust there, and as whom to come.</summary>
internal sealed record LedgerLocation
{
    public required Uri Url { get; init; }

    public required X509Certificate2 ServiceCertificate { get; init; }

    /// <summary>Where the service certificate came from, for messages.</summary>
    public required string ServiceCertificateSource { get; init; }

    public required X509Certificate2? ClientCertificate { get; init; }

    /// <summary>The bearer token to come with; null for none. A secret: it is written nowhere.</summary>
    public string? Token { private get; init; }

    /// <summary>How a request says who sends it; null where the connection does.</summary>
    public AuthenticationHeaderValue? Authorization => Token is null ? null : new AuthenticationHeaderValue("Bearer", Token);

    /// <summary>The only key that is spoken to, SubjectPublicKeyInfo, DER; null for any that the service has endorsed.</summary>
    public ReadOnlyMemory<byte>? NodeKey { get; init; }
}
