using Azure.Core;
using Azure.Core.Pipeline;

namespace Stele.Client.Pipeline;

/// <summary>
/// Takes a token along to another node of the same ledger. Azure.Core never does where the host changes, because it cannot know
/// whose the other one is; here the pinned certificate says so, before a byte of the request is sent. It stands only in pipelines
/// whose connections are all held to that certificate.
/// </summary>
internal sealed class CarriedAuthorizationPolicy : HttpPipelineSynchronousPolicy
{
    /// <summary>Keeps the authorization that a request came with, for where it is sent on to.</summary>
    public static void Carry(HttpMessage message)
    {
        if (message.Request.Headers.TryGetValue(HttpHeader.Names.Authorization, out var authorization))
            message.SetProperty(typeof(CarriedAuthorizationPolicy), authorization);
    }

    /// <inheritdoc/>
    public override void OnSendingRequest(HttpMessage message)
    {
        // A token that was fetched for this very request, after a challenge perhaps, is the better one.
        if (message.Request.Headers.Contains(HttpHeader.Names.Authorization)) return;
        if (message.TryGetProperty(typeof(CarriedAuthorizationPolicy), out var authorization))
            message.Request.Headers.SetValue(HttpHeader.Names.Authorization, (string)authorization!);
    }
}
