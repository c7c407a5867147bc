using Azure.Core;
using Azure.Core.Pipeline;

namespace Stele.Client.Pipeline;

/// <summary>
/// Follows redirects within the ledger. Where its certificate is pinned, that is any host that shows one which goes back to it:
/// a stranger does not come out of the handshake, and gets no credentials. Else it is the ledger's own address alone.
/// </summary>
/// <param name="isPinned">Whether every connection is held to the ledger's certificate.</param>
internal sealed class LedgerRedirectPolicy(bool isPinned) : HttpPipelinePolicy
{
    private const int HopsMax = 5;

    /// <inheritdoc/>
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        ProcessNext(message, pipeline);
        for (var hop = 0; hop < HopsMax && Redirect(message); hop++) ProcessNext(message, pipeline);
    }

    /// <inheritdoc/>
    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
        for (var hop = 0; hop < HopsMax && Redirect(message); hop++)
            await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
    }

    private bool Redirect(HttpMessage message)
    {
        if (!IsRedirect(message) || !message.Response.Headers.TryGetValue("Location", out var location)) return false;
        var from = message.Request.Uri.ToUri();
        if (!Uri.TryCreate(from, location, out var to) || !IsAllowed(from, to)) return false;
        message.Response.Dispose();
        if (isPinned) CarriedAuthorizationPolicy.Carry(message);
        message.Request.Uri.Reset(to);
        message.Request.Headers.Remove(HttpHeader.Names.Authorization);
        message.Request.Headers.Remove(HttpHeader.Names.Host);
        return true;
    }

    private bool IsAllowed(Uri from, Uri to) =>
        to.Scheme == Uri.UriSchemeHttps && (isPinned || LedgerPipeline.IsSameOrigin(from, to));

    // Others than 307 and 308 turn a write into a read.
    private static bool IsRedirect(HttpMessage message) => message.Response.Status switch
    {
        307 or 308 => true,
        300 or 301 or 302 or 303 => message.Request.Method == RequestMethod.Get,
        _ => false,
    };
}
