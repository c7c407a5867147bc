using System.Security.Authentication;

namespace Stele.Etcd.Calls;

/// <summary>Says why a connection failed, in words that an operator can use.</summary>
internal static class FailureWords
{
    /// <summary>OpenSSL's words for the TLS alerts by which a server refuses its client's certificate (RFC 8446, section 6.2).</summary>
    private static readonly string[] CertificateAlerts =
    [
        "alert unknown ca", "alert bad certificate", "alert certificate required", "alert certificate expired",
        "alert certificate revoked", "alert certificate unknown", "alert unsupported certificate", "alert access denied",
    ];

    private const string NotTrusted = "the member's certificate is not trusted here: ";
    private const string NotAccepted = "the member does not accept this client's certificate: ";

    /// <summary>Whether these words name certificates as the cause.</summary>
    public static bool NamesCertificates(string words) =>
        words.StartsWith(NotTrusted, StringComparison.Ordinal) || words.StartsWith(NotAccepted, StringComparison.Ordinal);

    /// <summary>All that was said, the innermost last, and before it what it comes to where certificates are the cause.</summary>
    public static string Of(Exception failure)
    {
        var (words, verdict) = (new List<string>(), "");
        for (var current = failure; current is not null; current = current.InnerException)
        {
            words.Add(current.Message.Replace(", see inner exception", "", StringComparison.Ordinal).TrimEnd('.'));
            if (current is AuthenticationException) verdict = NotTrusted;
            if (CertificateAlerts.Any(alert => current.Message.Contains(alert, StringComparison.OrdinalIgnoreCase)))
                verdict = NotAccepted;
        }
        return verdict + string.Join(": ", words.Distinct(StringComparer.Ordinal));
    }
}
