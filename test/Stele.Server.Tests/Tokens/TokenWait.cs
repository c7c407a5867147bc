using System.Net;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Tokens;

/// <summary>Waits for a node to know an issuer's key: one that is not known is asked for at most every second here.</summary>
internal static class TokenWait
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until a token is taken.</summary>
    public static async Task UntilTakenAsync(string token, Func<string, Task<Reply>> send)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        soon.CancelAfter(Patience);
        while (await send(token) is { Status: HttpStatusCode.Unauthorized } refused)
        {
            refused.AssertBadToken("its key (kid) is not");
            await Task.Delay(Pause, soon.Token);
        }
    }
}
