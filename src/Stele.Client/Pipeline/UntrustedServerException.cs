using System.Security.Authentication;

namespace Stele.Client.Pipeline;

/// <summary>Whoever answers is not who the caller trusts. It ends the handshake, and the runtime puts it into words of its own.</summary>
/// <param name="message">What is wrong with the server's certificate, and what would be right.</param>
internal sealed class UntrustedServerException(string message) : AuthenticationException(message)
{
    /// <summary>The one that a failure goes back to; null where there is none.</summary>
    public static UntrustedServerException? In(Exception? fault)
    {
        while (fault is not (null or UntrustedServerException)) fault = fault.InnerException;
        return (UntrustedServerException?)fault;
    }
}
