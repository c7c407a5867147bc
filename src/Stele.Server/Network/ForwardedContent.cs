using System.Net;

namespace Stele.Server.Network;

/// <summary>A request's body on its way to the primary, which knows whether anything of it has been sent.</summary>
internal sealed class ForwardedContent : HttpContent
{
    private readonly ReadOnlyMemory<byte> _body;
    private volatile bool _hasStarted;

    public ForwardedContent(ReadOnlyMemory<byte> body, string? contentType)
    {
        _body = body;
        if (contentType is not null) Headers.TryAddWithoutValidation("Content-Type", contentType);
    }

    /// <summary>Whether the primary may have the request: before that it surely has not.</summary>
    public bool HasStarted => _hasStarted;

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        // The head has been written by now, though not sent: its last bytes go out with the body.
        _hasStarted = true;
        await stream.WriteAsync(_body);
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }
}
