using System.IO.Pipelines;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Stele.Server.Hosting.Wire;

/// <summary>Puts <see cref="StrictReader"/> between TLS and Kestrel on connections that speak HTTP/1.</summary>
internal static class StrictHttp
{
    /// <summary>Wraps what serves connections. HTTP/2 passes: its frames leave nothing to read in two ways.</summary>
    /// <param name="time">The clock that slow clients are judged by.</param>
    public static Func<ConnectionDelegate, ConnectionDelegate> By(TimeProvider time) => next => async connection =>
    {
        var protocol = connection.Features.Get<ITlsApplicationProtocolFeature>()?.ApplicationProtocol ?? default;
        if (!protocol.Span.SequenceEqual(SslApplicationProtocol.Http2.Protocol.Span))
        {
            var transport = connection.Transport;
            var input = new StrictReader(transport.Input, transport.Output, time);
            connection.Transport = new CheckedPipe(input, transport.Output);
        }

        await next(connection);
    };

    private sealed record CheckedPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
