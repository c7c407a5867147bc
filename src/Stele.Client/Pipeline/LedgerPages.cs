using System.Text.Json;
using Azure;
using Azure.Core;

namespace Stele.Client.Pipeline;

/// <summary>A list of the ledger, page by page.</summary>
/// <param name="Name">The span's name.</param>
/// <param name="First">The path of the first page.</param>
/// <param name="Member">The member that holds a page's items.</param>
/// <param name="Read">Makes an item of its JSON.</param>
internal sealed record LedgerPages<T>(string Name, string First, string Member, Func<JsonElement, T> Read)
    where T : notnull
{
    public Pageable<T> Of(LedgerPipeline pipeline, CancellationToken cancel) => new Pages(this, pipeline, cancel);

    public AsyncPageable<T> OfAsync(LedgerPipeline pipeline, CancellationToken cancel) => new AsyncPages(this, pipeline, cancel);

    private LedgerCall<(List<T> Items, string? Next)> Page(string path) => new(Name, RequestMethod.Get, path, (json, _) =>
    {
        List<T> items = [.. json.GetProperty(Member).EnumerateArray().Select(Read)];
        return (items, json.TryGetProperty("nextLink", out var next) ? next.GetString() : null);
    });

    private static Page<T> PageOf(Response<(List<T> Items, string? Next)> answer) =>
        Page<T>.FromValues(answer.Value.Items, answer.Value.Next, answer.GetRawResponse());

    private sealed class Pages(LedgerPages<T> list, LedgerPipeline pipeline, CancellationToken cancel) : Pageable<T>(cancel)
    {
        public override IEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
        {
            for (var path = continuationToken ?? list.First; path is not null;)
            {
                var page = PageOf(pipeline.Invoke(list.Page(path), CancellationToken));
                path = page.ContinuationToken;
                yield return page;
            }
        }
    }

    private sealed class AsyncPages(LedgerPages<T> list, LedgerPipeline pipeline, CancellationToken cancel) : AsyncPageable<T>(cancel)
    {
        public override async IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
        {
            for (var path = continuationToken ?? list.First; path is not null;)
            {
                var page = PageOf(await pipeline.InvokeAsync(list.Page(path), CancellationToken).ConfigureAwait(false));
                path = page.ContinuationToken;
                yield return page;
            }
        }
    }
}
