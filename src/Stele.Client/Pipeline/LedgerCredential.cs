using System.Security.Cryptography.X509Certificates;
using Azure.Core;

namespace Stele.Client.Pipeline;

/// <summary>Who calls: the holder of tokens, or of a certificate and its key.</summary>
internal readonly record struct LedgerCredential
{
    public LedgerCredential(TokenCredential token)
    {
        ArgumentNullException.ThrowIfNull(token);
        Token = token;
    }

    /// <exception cref="ArgumentException">The certificate comes without its private key.</exception>
    public LedgerCredential(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        if (!certificate.HasPrivateKey)
            throw new ArgumentException("A certificate to sign in with needs its private key.", nameof(certificate));
        Certificate = certificate;
    }

    public TokenCredential? Token { get; }

    public X509Certificate2? Certificate { get; }

    /// <summary>Refuses a certificate that nothing would show: the caller would be nobody, and not know why.</summary>
    /// <exception cref="ArgumentException">The options have a transport of the caller's own, which shows what it was given.</exception>
    public void DemandShown(LedgerClientOptions options)
    {
        if (Certificate is null || !options.HasOwnTransport) return;
        throw new ArgumentException(
            "A client certificate is shown by the library's own transport alone. With a LedgerClientOptions.Transport of one's own, sign "
            + "in by a TokenCredential; else leave the Transport out.", nameof(options));
    }
}
