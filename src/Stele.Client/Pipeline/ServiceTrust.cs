using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Azure.Core.Pipeline;

namespace Stele.Client.Pipeline;

/// <summary>
/// Trust in one authority alone: the ledger's service certificate, or the identity service's authority. Where none is given, in the
/// machine's own roots.
/// </summary>
internal static class ServiceTrust
{
    private const string NoCertificate = "The server showed no certificate.";
    private const string OtherName = "The server's certificate is for another name.";

    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>Ends a handshake with a server that is not trusted.</summary>
    /// <param name="shown">What the server shows.</param>
    /// <param name="authority">Who is trusted; null for the machine's own roots.</param>
    /// <param name="advice">What the caller can do where the server's certificate is another's.</param>
    /// <exception cref="UntrustedServerException">It is not trusted.</exception>
    public static bool Demand(ServerCertificateCustomValidationArgs shown, X509Certificate2? authority, string advice)
    {
        var fault = authority is null ? Fault(shown) : Fault(shown, authority);
        if (fault is null) return true;
        // Another authority would not give the server another name.
        throw new UntrustedServerException(IsForOtherName(shown) ? fault : $"{fault} {advice}");
    }

    /// <summary>Why a server's certificate is none of the authority's for the name that was called; null where it is.</summary>
    public static string? Fault(ServerCertificateCustomValidationArgs shown, X509Certificate2 authority)
    {
        if (shown.Certificate is not { } certificate) return NoCertificate;
        if (IsForOtherName(shown)) return OtherName;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);
        foreach (var element in shown.CertificateAuthorityChain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        if (chain.Build(certificate)) return null;
        return $"The server's certificate does not go back to the one that is trusted: {Reasons(chain)}.";
    }

    // As the runtime judges without a word of ours.
    private static string? Fault(ServerCertificateCustomValidationArgs shown) => shown.SslPolicyErrors switch
    {
        SslPolicyErrors.None => null,
        _ when shown.Certificate is null => NoCertificate,
        _ when IsForOtherName(shown) => OtherName,
        _ => $"The server's certificate goes back to none of this machine's own roots: {Reasons(shown.CertificateAuthorityChain)}.",
    };

    private static bool IsForOtherName(ServerCertificateCustomValidationArgs shown) =>
        shown.SslPolicyErrors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch);

    private static string Reasons(X509Chain? chain) =>
        string.Join(", ", (chain?.ChainStatus ?? []).Select(status => status.Status).Distinct());
}
