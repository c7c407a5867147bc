using System.Globalization;
using Azure;

namespace Stele.Client.Pipeline;

/// <summary>How long to wait before asking again for what a ledger is still loading.</summary>
internal static class LoadingDelay
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestAsked = TimeSpan.FromSeconds(30);

    /// <summary>What the answer asks for, or twice as long as the time before.</summary>
    public static TimeSpan After(Response response, int turn)
    {
        if (response.Headers.TryGetValue("Retry-After", out var text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return Shorter(TimeSpan.FromSeconds(seconds), LongestAsked);
        return Shorter(First * Math.Pow(2, Math.Min(turn, 10)), Longest);
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
