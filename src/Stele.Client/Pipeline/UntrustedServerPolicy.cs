using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Stele.Client.Pipeline;

/// <summary>Says why a server is not trusted, where the transport says no more than that there was no TLS session.</summary>
internal sealed class UntrustedServerPolicy : HttpPipelinePolicy
{
    /// <inheritdoc/>
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        try
        {
            ProcessNext(message, pipeline);
        }
        catch (RequestFailedException fault) when (UntrustedServerException.In(fault) is { } untrusted)
        {
            throw Named(message, untrusted, fault);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        try
        {
            await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
        }
        catch (RequestFailedException fault) when (UntrustedServerException.In(fault) is { } untrusted)
        {
            throw Named(message, untrusted, fault);
        }
    }

    // What it was is kept inside: by that a retry is decided on.
    private static RequestFailedException Named(HttpMessage message, UntrustedServerException untrusted, RequestFailedException fault)
    {
        var server = message.Request.Uri;
        return new(fault.Status, $"{server.Host}:{server.Port} is not trusted. {untrusted.Message}", fault.ErrorCode, fault);
    }
}
