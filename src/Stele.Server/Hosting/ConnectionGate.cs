using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Stele.Server.Authentication;

namespace Stele.Server.Hosting;

/// <summary>
/// Counts the connections of a port behind their handshake, and notes of each whether it is one too many and with which
/// certificate it came. One too many is still listened to once, so that it can be told why.
/// </summary>
internal sealed class ConnectionGate(int connectionsMax)
{
    private int _open;

    /// <summary>Puts the gate in front of what serves connections.</summary>
    public ConnectionDelegate Around(ConnectionDelegate next) => async connection =>
    {
        var isOneTooMany = Interlocked.Increment(ref _open) > connectionsMax;
        try
        {
            var certificate = connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate;
            var known = certificate is null ? null : ClientCertificate.Of(certificate);
            connection.Features.Set(new ConnectionFacts(known, isOneTooMany)
            {
                IsForNodes = connection.Features.Get<ITlsHandshakeFeature>()?.Protocol == SslProtocols.Tls13,
            });
            await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    };
}
