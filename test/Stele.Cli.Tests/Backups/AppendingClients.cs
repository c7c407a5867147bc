using System.Collections.Concurrent;
using System.Net.Http.Json;

namespace Stele.Cli.Tests.Backups;

/// <summary>Clients that append, each one entry after the other, until they are stopped; they note what was committed.</summary>
internal sealed class AppendingClients : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<string, string> _committed;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running;

    private AppendingClients(
        ConcurrentDictionary<string, string> committed, IReadOnlyList<Func<HttpClient>> clients, string name, bool goOn)
    {
        _committed = committed;
        _running = [.. clients.Select((client, number) => AppendAsync(client, $"{name}-{number}", goOn))];
    }

    /// <summary>Starts them.</summary>
    /// <param name="committed">Where they note the contents of what was committed, by its id.</param>
    /// <param name="clients">How each of them connects.</param>
    /// <param name="name">A part of all they write.</param>
    /// <param name="goOn">Whether a client whose entry is not taken tries its next one, and does not end.</param>
    public static AppendingClients Start(
        ConcurrentDictionary<string, string> committed, IReadOnlyList<Func<HttpClient>> clients, string name, bool goOn = false) =>
        new(committed, clients, name, goOn);

    /// <summary>Waits until they have noted so many more.</summary>
    public async Task WhenCommittedAsync(int more)
    {
        var (began, entries) = (TimeProvider.System.GetTimestamp(), _committed.Count + more);
        while (_committed.Count < entries)
        {
            Assert.DoesNotContain(_running, client => client.IsCompleted);
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(2), $"{_committed.Count} of {entries}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task AppendAsync(Func<HttpClient> connect, string name, bool goOn)
    {
        using var client = connect();
        for (var i = 0; !_stop.IsCancellationRequested; i++)
        {
            if (await IsTakenAsync(client, $"entry {name}-{i}.")) continue;
            if (!goOn) return;
            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }
    }

    private async Task<bool> IsTakenAsync(HttpClient client, string contents)
    {
        try
        {
            using var answer = await client.PostAsJsonAsync(
                "/app/transactions?api-version=2026-07-31-preview&waitForCommit=true", new { contents }, _stop.Token);
            if (!answer.IsSuccessStatusCode) return false;
            _committed[answer.Headers.GetValues("x-ms-ccf-transaction-id").Single()] = contents;
            return true;
        }
        catch (Exception ended) when (ended is HttpRequestException or IOException or OperationCanceledException)
        {
            return false; // The node was killed: what got no answer counts for nothing.
        }
    }
}
