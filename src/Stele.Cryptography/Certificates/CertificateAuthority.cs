using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Stele.Cryptography.Keys;

namespace Stele.Cryptography.Certificates;

/// <summary>A self-signed certificate that endorses others: the service's, or the identity service's own.</summary>
public static class CertificateAuthority
{
    /// <summary>Certificates begin this long before they are made, for verifiers whose clocks are behind.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const int SerialNumberSize = 16;

    /// <summary>A self-signed authority that may endorse end certificates and, as CCF's, one level between.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="commonName">Its name; CCF's services are <c>CCF Network</c>.</param>
    /// <param name="now">The time.</param>
    /// <param name="validity">How long it is valid.</param>
    public static X509Certificate2 Create(SigningKey key, string commonName, DateTimeOffset now, TimeSpan validity)
    {
        var request = Request(key, commonName);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 1, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, critical: true));
        var keyId = new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false);
        request.CertificateExtensions.Add(keyId);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(keyId));
        return WithoutKey(request, key, request.SubjectName, now, validity);
    }

    /// <summary>A certificate for a server's key, endorsed by an authority.</summary>
    /// <param name="authority">The authority's certificate.</param>
    /// <param name="authorityKey">The authority's key.</param>
    /// <param name="key">The server's key.</param>
    /// <param name="commonName">The server's name; CCF's nodes are <c>CCF Node</c>.</param>
    /// <param name="hostNames">The host names and addresses that clients reach it by.</param>
    /// <param name="now">The time.</param>
    /// <param name="validity">How long it is valid; never longer than the authority.</param>
    public static X509Certificate2 Endorse(
        X509Certificate2 authority, SigningKey authorityKey, SigningKey key, string commonName,
        IReadOnlyList<string> hostNames, DateTimeOffset now, TimeSpan validity)
    {
        var request = Request(key, commonName);
        AddEndUsage(request, ServerAuthentication, ClientAuthentication);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        request.CertificateExtensions.Add(AlternativeNames(hostNames));
        var untilAuthority = authority.NotAfter.ToUniversalTime() - now.UtcDateTime;
        return WithoutKey(
            request, authorityKey, authority.SubjectName, now, validity < untilAuthority ? validity : untilAuthority);
    }

    internal static X509Certificate2 Endorse(
        X509Certificate2 authority, SigningKey authorityKey, PublicKey key, X509Extension? names, DateTimeOffset now,
        TimeSpan validity)
    {
        var request = new CertificateRequest(new X500DistinguishedName("CN=CCF Node"), key, HashAlgorithmName.SHA384);
        AddEndUsage(request, ServerAuthentication, ClientAuthentication);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        if (names is not null) request.CertificateExtensions.Add(names);
        var untilAuthority = authority.NotAfter.ToUniversalTime() - now.UtcDateTime;
        return WithoutKey(
            request, authorityKey, authority.SubjectName, now, validity < untilAuthority ? validity : untilAuthority);
    }

    /// <summary>
    /// A certificate by which a service endorses the key of the one that it recovered: what that one's key had signed leads to
    /// this service's certificate by it.
    /// </summary>
    /// <param name="authority">The service's certificate.</param>
    /// <param name="authorityKey">The service's key.</param>
    /// <param name="previousKey">The earlier service's public key, SubjectPublicKeyInfo.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="FormatException">It is no public key.</exception>
    public static X509Certificate2 EndorsePrevious(
        X509Certificate2 authority, SigningKey authorityKey, ReadOnlySpan<byte> previousKey, DateTimeOffset now)
    {
        try
        {
            var key = PublicKey.CreateFromSubjectPublicKeyInfo(previousKey, out _);
            var request = new CertificateRequest(authority.SubjectName, key, HashAlgorithmName.SHA384);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
            return WithoutKey(request, authorityKey, authority.SubjectName, now, authority.NotAfter.ToUniversalTime() - now.UtcDateTime);
        }
        catch (CryptographicException fault)
        {
            throw new FormatException("The earlier service's key is no public key (SubjectPublicKeyInfo).", fault);
        }
    }

    /// <summary>A self-signed certificate for a member or a user.</summary>
    public static X509Certificate2 SelfSigned(SigningKey key, string commonName, DateTimeOffset now, TimeSpan validity)
    {
        var request = Request(key, commonName);
        AddEndUsage(request, ClientAuthentication);
        return WithoutKey(request, key, request.SubjectName, now, validity);
    }

    internal static CertificateRequest Request(SigningKey key, string commonName)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(commonName);
        return new CertificateRequest(name.Build(), key.Ecdsa, HashAlgorithmName.SHA384);
    }

    private static void AddEndUsage(CertificateRequest request, params string[] usages)
    {
        var extended = new OidCollection();
        foreach (var usage in usages) extended.Add(new Oid(usage));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(extended, critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
    }

    internal static X509Extension AlternativeNames(IReadOnlyList<string> hostNames)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in hostNames)
        {
            if (IPAddress.TryParse(name, out var address)) names.AddIpAddress(address);
            else names.AddDnsName(name);
        }
        return names.Build();
    }

    private static X509Certificate2 WithoutKey(
        CertificateRequest request, SigningKey issuer, X500DistinguishedName issuerName, DateTimeOffset now, TimeSpan validity)
    {
        var serialNumber = RandomNumberGenerator.GetBytes(SerialNumberSize);
        serialNumber[0] &= 0x7f;
        var generator = X509SignatureGenerator.CreateForECDsa(issuer.Ecdsa);
        return request.Create(issuerName, generator, now - ClockSkew, now + validity, serialNumber);
    }
}
