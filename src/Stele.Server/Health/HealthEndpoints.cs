using Microsoft.AspNetCore.Http;
using Stele.Server.Application;

namespace Stele.Server.Health;

/// <summary>
/// Whether the process lives, has started, and serves clients, for whatever watches over it. Anyone may ask, so the answer
/// is a status and nothing else.
/// </summary>
internal static class HealthEndpoints
{
    /// <summary>Answers <c>/healthz/live</c>, <c>/healthz/startup</c> and <c>/healthz/ready</c>.</summary>
    /// <param name="http">The request.</param>
    /// <param name="ledger">The ledger; null until it is open and served.</param>
    /// <returns>Whether it was one of them.</returns>
    public static bool TryAnswer(HttpContext http, ConfidentialLedger? ledger)
    {
        if (!HttpMethods.IsGet(http.Request.Method)) return false;
        bool isWell;
        switch (http.Request.Path.Value)
        {
            case "/healthz/live":
                isWell = true;
                break;
            case "/healthz/startup":
                isWell = ledger is not null;
                break;
            case "/healthz/ready":
                isWell = ledger is { IsReady: true };
                break;
            default:
                return false;
        }
        http.Response.StatusCode = isWell ? StatusCodes.Status204NoContent : StatusCodes.Status503ServiceUnavailable;
        return true;
    }
}
