using Stele.Server.Authentication;

namespace Stele.Server.Hosting;

/// <summary>What is known of a connection since its handshake; each request on it has it as a feature.</summary>
/// <param name="Certificate">The client's certificate; none where it presented none.</param>
/// <param name="IsOneTooMany">Whether there were as many connections as are served before it came.</param>
internal sealed record ConnectionFacts(ClientCertificate? Certificate, bool IsOneTooMany)
{
    /// <summary>Whether it is of the TLS version that nodes speak among one another, 1.3.</summary>
    public bool IsForNodes { get; init; }
}
