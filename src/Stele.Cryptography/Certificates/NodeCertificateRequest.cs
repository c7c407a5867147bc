using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography.Keys;

namespace Stele.Cryptography.Certificates;

/// <summary>A node's request for a certificate of the service (PKCS #10, RFC 2986): its key, and the names it is reached by.</summary>
public sealed class NodeCertificateRequest
{
    private const int LengthMax = 16 * 1024;

    private readonly CertificateRequest _request;

    private NodeCertificateRequest(CertificateRequest request) => _request = request;

    /// <summary>Hexadecimal SHA-256 of the public key: the id of the node that asks.</summary>
    public string KeyId => Digest.Of(_request.PublicKey.ExportSubjectPublicKeyInfo()).ToHex();

    private X509SubjectAlternativeNameExtension? Names =>
        _request.CertificateExtensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();

    /// <summary>Whether it asks for all of these host names and addresses.</summary>
    public bool IsFor(IEnumerable<string> hostNames) => Names is { } names && hostNames.All(name =>
        IPAddress.TryParse(name, out var address)
            ? names.EnumerateIPAddresses().Contains(address)
            : names.EnumerateDnsNames().Contains(name, StringComparer.OrdinalIgnoreCase));

    /// <summary>Makes a request.</summary>
    /// <param name="key">The node's key.</param>
    /// <param name="hostNames">The host names and addresses that the node is reached by.</param>
    /// <returns>The request, PEM.</returns>
    public static string Create(SigningKey key, IReadOnlyList<string> hostNames)
    {
        var request = CertificateAuthority.Request(key, "CCF Node");
        request.CertificateExtensions.Add(CertificateAuthority.AlternativeNames(hostNames));
        return request.CreateSigningRequestPem() + "\n";
    }

    /// <summary>Reads a request, and verifies that who made it holds the key.</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public static NodeCertificateRequest Parse(string pem)
    {
        if (pem.Length > LengthMax) throw new FormatException("A certificate request is not so long.");
        try
        {
            return new NodeCertificateRequest(CertificateRequest.LoadSigningRequestPem(
                pem, HashAlgorithmName.SHA384, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions));
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException or NotSupportedException)
        {
            throw new FormatException("The text is no certificate request in PEM, or is not signed by its key.", fault);
        }
    }

    /// <summary>The certificate that an authority endorses by this request: of all that it asks for, the names alone count.</summary>
    public X509Certificate2 Endorse(
        X509Certificate2 authority, SigningKey authorityKey, DateTimeOffset now, TimeSpan validity) =>
        CertificateAuthority.Endorse(authority, authorityKey, _request.PublicKey, Names, now, validity);
}
