using Microsoft.AspNetCore.Http;
using Stele.Server.Application;

namespace Stele.Server.Health;

/// <summary>
/// Whether the process lives and whether it takes writes, for whatever watches over it. Anyone may ask, so the answer
/// is a status and nothing else.
/// </summary>
internal static class HealthEndpoints
{
    /// <summary>Answers <c>/healthz/live</c> and <c>/healthz/ready</c>.</summary>
    /// <returns>Whether it was one of them.</returns>
    public static bool TryAnswer(HttpContext http, ConfidentialLedger ledger)
    {
        if (!HttpMethods.IsGet(http.Request.Method)) return false;
        switch (http.Request.Path.Value)
        {
            case "/healthz/live":
                http.Response.StatusCode = StatusCodes.Status204NoContent;
                return true;
            case "/healthz/ready":
                http.Response.StatusCode = ledger.Stopped is null
                    ? StatusCodes.Status204NoContent
                    : StatusCodes.Status503ServiceUnavailable;
                return true;
            default:
                return false;
        }
    }
}
