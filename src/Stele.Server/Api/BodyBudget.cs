using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Stele.Server.Api;

/// <summary>How many bytes of requests' bodies are in the node at once, all connections together.</summary>
/// <remarks>A body counts until its request is answered: what it appends waits in memory until it is durable.</remarks>
/// <param name="bytesMax">The bytes that there may be; one body is always let in.</param>
/// <param name="bodyBytesMax">The largest body: what one counts that does not say its length.</param>
internal sealed class BodyBudget(long bytesMax, long bodyBytesMax)
{
    private long _taken;

    /// <summary>Answers a request within the budget, or refuses it.</summary>
    public async Task ServeAsync(HttpContext http, Func<HttpContext, Task> serve, Action<ApiError> refuse)
    {
        var bytes = BytesOf(http);
        var taken = Interlocked.Add(ref _taken, bytes);
        try
        {
            if (bytes > 0 && taken > bytesMax && taken > bytes) refuse(Full());
            else await serve(http);
        }
        finally
        {
            Interlocked.Add(ref _taken, -bytes);
        }
    }

    // A request of any method may have one; most have none, and the server knows.
    private long BytesOf(HttpContext http) =>
        http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false }
            ? 0
            : Math.Clamp(http.Request.ContentLength ?? bodyBytesMax, 0, bodyBytesMax);

    private ApiError Full() => new(
        StatusCodes.Status503ServiceUnavailable,
        ErrorCodes.LedgerUnavailable,
        $"The node is working on {bytesMax} bytes of requests already. Send this one again.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
        ClosesConnection = true,
    };
}
