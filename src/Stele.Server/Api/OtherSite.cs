using Microsoft.AspNetCore.Http;

namespace Stele.Server.Api;

/// <summary>
/// What pages of other sites have a browser send here: it shows the client certificate that it holds for the ledger with that, too.
/// </summary>
/// <remarks>
/// Browsers say so in <c>Sec-Fetch-Site</c> (W3C, Fetch Metadata Request Headers), older ones in <c>Origin</c> (RFC 6454); a page
/// can set neither. Programs send none of them, nor do nodes that pass a request on.
/// </remarks>
internal static class OtherSite
{
    /// <summary>Whether a page of another site has caused a request; another port is another site.</summary>
    public static bool Sent(HttpRequest request)
    {
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site)) return site.ToString() is not ("same-origin" or "none");
        return request.Headers.TryGetValue("Origin", out var origin)
            && !string.Equals(origin.ToString(), $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether a browser goes here, by a link or an issuer's redirect: that page sees nothing of the answer.</summary>
    public static bool LeadsHere(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers["Sec-Fetch-Mode"].ToString() == "navigate";

    /// <summary>Refuses it.</summary>
    public static RefusedException Refused() => RefusedException.Forbidden(
        "A page of another site has sent this (Sec-Fetch-Site, Origin): such a page may lead a browser here to read, and nothing else.");
}
