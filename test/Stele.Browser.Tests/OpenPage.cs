using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Stele.Browser.Tests;

/// <summary>A page in a profile of its own, and what it complained of and asked for meanwhile.</summary>
public sealed class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<string> _requests = new();

    private OpenPage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.SetDefaultTimeout(60_000);
        page.PageError += (_, fault) => _complaints.Enqueue(fault);
        page.Request += (_, request) => _requests.Enqueue(request.Url);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") _complaints.Enqueue(message.Text);
        };
    }

    /// <summary>The page, as Playwright has it.</summary>
    public IPage Page { get; }

    /// <summary>The addresses that it has asked for so far.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    internal static async Task<OpenPage> InAsync(IBrowserContext context) => new(context, await context.NewPageAsync());

    /// <summary>Fails the test if the page threw, or wrote errors or warnings to its console (a breach of its policy is one).</summary>
    public void NothingWentWrong() => Assert.True(_complaints.IsEmpty, string.Join('\n', _complaints));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
