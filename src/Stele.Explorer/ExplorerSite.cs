using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Stele.Explorer;

/// <summary>
/// Serves the explorer: a page under <c>/explorer/</c> that asks the ledger's API as any client does, and verifies receipts by
/// itself. It has no rights of its own, and there is nothing in it that is not in the files of <c>Page/</c>.
/// </summary>
/// <param name="options">How its users sign in.</param>
public sealed class ExplorerSite(ExplorerOptions options)
{
    private const string Root = "/explorer";

    // A browser keeps the file, and asks by its tag whether it is still the one.
    private const string Caching = "no-cache";

    /// <summary>Whether a path is one of the page's.</summary>
    public static bool Has(PathString path) => path.StartsWithSegments(Root, StringComparison.Ordinal);

    /// <summary>Sets the headers that keep the page to itself; for whatever is answered under its path.</summary>
    public void Protect(HttpResponse response)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = PolicyFor(response.HttpContext.Request.Host);
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers.XFrameOptions = "DENY";
    }

    /// <summary>Answers with a file of the page.</summary>
    /// <returns>Whether there is one at this path.</returns>
    public static async Task<bool> TryServeAsync(HttpContext http)
    {
        var request = http.Request;
        var isHead = HttpMethods.IsHead(request.Method);
        if (!isHead && !HttpMethods.IsGet(request.Method)) return false;
        var path = request.Path.Value!;
        if (path == Root)
        {
            // Relative names in the page are below the slash.
            http.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
            http.Response.Headers.Location = Root + "/";
            return true;
        }
        if (ExplorerFiles.Find(path[(Root.Length + 1)..]) is not { } file) return false;
        await SendAsync(http, file, isHead);
        return true;
    }

    private static async Task SendAsync(HttpContext http, ExplorerFile file, bool isHead)
    {
        var response = http.Response;
        response.Headers.ETag = file.Tag;
        response.Headers.CacheControl = Caching;
        if (IsKnown(http.Request.Headers.IfNoneMatch, file.Tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        response.ContentType = file.MediaType;
        response.ContentLength = file.Bytes.Length;
        if (!isHead) await response.Body.WriteAsync(file.Bytes, http.RequestAborted);
    }

    private static bool IsKnown(StringValues tags, string tag) => tags.Any(value => value!.Contains(tag, StringComparison.Ordinal));

    // Nothing but this origin, and the issuer that users sign in at. No string becomes a script, or markup.
    private string PolicyFor(HostString host) => string.Join(
        "; ",
        "default-src 'none'",
        $"script-src {Scripts(host)}",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'" + (options.Issuer is { } issuer ? " " + issuer.GetLeftPart(UriPartial.Authority) : ""),
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'");

    // The origin has what users wrote, too (user-defined endpoints): only the page's own folder has scripts. A policy can name a folder
    // with its host alone (Content Security Policy 3, 6.7.2.8), and of addresses but 127.0.0.1 it knows none.
    private static string Scripts(HostString host)
    {
        var name = host.Host;
        var isName = name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.') && name.Split('.')[^1].Any(char.IsAsciiLetter);
        return isName || name == "127.0.0.1" ? $"https://{name}{(host.Port is { } port ? $":{port}" : "")}{Root}/" : "'self'";
    }
}
