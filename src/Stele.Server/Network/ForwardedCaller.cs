using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Stele.Server.Api;
using Stele.Server.Authentication;
using Stele.Server.Hosting;

namespace Stele.Server.Network;

/// <summary>
/// Who stands behind a request that another node passes on: the certificate that its client proved to hold, in a header
/// that counts from a trusted node alone.
/// </summary>
internal static class ForwardedCaller
{
    /// <summary>The header: the client's certificate, DER in base64.</summary>
    public const string Header = "x-stele-forwarded-certificate";

    /// <summary>What the header holds where the client has shown no certificate.</summary>
    public const string Nobody = "none";

    private const int LengthMax = 16 * 1024;

    /// <summary>Puts the client in the node's place, where a request was passed on.</summary>
    /// <returns>Whether it was passed on.</returns>
    /// <exception cref="RefusedException">The header comes from someone who may not send it, or is damaged.</exception>
    public static bool Take(HttpContext http, TrustedNodes nodes)
    {
        if (!http.Request.Headers.TryGetValue(Header, out var values)) return false;
        if (!nodes.Include(http.Features.Get<ConnectionFacts>()))
            throw RefusedException.Input($"The header {Header} is for the network's own nodes; leave it out.");
        if (values.ToString() == Nobody)
        {
            http.Features.Set(Facts(null));
            return true;
        }
        using var certificate = Parse(values.ToString());
        http.Features.Set(Facts(ClientCertificate.Of(certificate)));
        return true;
    }

    // The node that passed it on has judged the client's version of TLS.
    private static ConnectionFacts Facts(ClientCertificate? certificate) => new(certificate, IsOneTooMany: false) { IsForNodes = true };

    private static X509Certificate2 Parse(string text)
    {
        try
        {
            if (text.Length > LengthMax) throw new FormatException();
            return X509CertificateLoader.LoadCertificate(Convert.FromBase64String(text));
        }
        catch (Exception fault) when (fault is FormatException or CryptographicException)
        {
            throw RefusedException.Input($"The header {Header} is not a certificate: DER in base64.");
        }
    }
}
