using Microsoft.Extensions.Logging;
using Stele.Governance.Tokens;
using Stele.Replication.Network;
using Stele.Server.Api;
using Stele.Server.Application;
using Stele.Server.Hosting;

namespace Stele.Server.Authentication.Tokens;

/// <summary>
/// Sees to it that the ledger has the keys of the issuers that governance has fetched: at the start, every half an hour, and when
/// a token names a key that is not there. The primary fetches and writes, and any other node asks it to; nothing is written where
/// nothing has changed.
/// </summary>
/// <remarks>An issuer that cannot be reached changes nothing: what is signed by its known keys counts as before.</remarks>
/// <param name="ledger">The ledger.</param>
/// <param name="pause">
/// How long between two attempts at an issuer: one that fails, and strangers who make up key ids, cost no more than this.
/// </param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it is told that an issuer cannot be reached.</param>
internal sealed class KeyRefresh(ConfidentialLedger ledger, TimeSpan pause, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>Where a node asks the primary to fetch an issuer's keys, under CCF's name.</summary>
    public const string Path = "/node/jwt_keys/refresh";

    /// <summary>The query parameter that names the issuer there.</summary>
    public const string IssuerParameter = "issuer";

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan AskPatience = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, Attempt> _attempts = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Begins to look after the keys.</summary>
    public void Start() => _running = RunAsync();

    /// <summary>Fetches an issuer's keys now, for a token whose key is not known.</summary>
    /// <param name="issuer">The issuer.</param>
    /// <param name="gone">When nobody waits for it any more.</param>
    /// <returns>Whether they were fetched; not where they were a moment ago, or cannot be.</returns>
    public async Task<bool> TryRefreshAsync(TokenIssuer issuer, CancellationToken gone) =>
        issuer.AutoRefresh && await FetchIfDueAsync(issuer.Name, pause).WaitAsync(gone);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        // What becomes of an attempt does not keep the ledger from being closed.
        foreach (Task attempt in Attempts()) await attempt.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (!_stop.IsCancellationRequested)
        {
            foreach (var issuer in ledger.Role == NodeRole.Primary ? Issuers() : []) _ = FetchIfDueAsync(issuer, Interval);
            await Task.Delay(pause, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private string[] Issuers()
    {
        try
        {
            return [.. TokenIssuer.List(ledger.Tables).Where(issuer => issuer.AutoRefresh).Select(issuer => issuer.Name)];
        }
        catch (FormatException)
        {
            return []; // rows that no proposal can leave any more
        }
    }

    private Task<bool>[] Attempts()
    {
        lock (_lock) return [.. _attempts.Values.Select(attempt => attempt.Fetched)];
    }

    // The attempt under way, or a new one if the last was long enough ago; after one that failed, soon.
    private Task<bool> FetchIfDueAsync(string issuer, TimeSpan after)
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested) return Task.FromResult(false);
            var now = time.GetUtcNow();
            if (_attempts.TryGetValue(issuer, out var last))
            {
                if (!last.Fetched.IsCompleted) return last.Fetched;
                var hasFetched = last.Fetched.IsCompletedSuccessfully && last.Fetched.Result;
                if (now - last.At < (hasFetched ? after : pause)) return Task.FromResult(false);
            }
            var fetched = FetchAsync(issuer);
            _attempts[issuer] = new Attempt(now, fetched);
            return fetched;
        }
    }

    private async Task<bool> FetchAsync(string name)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            if (ledger.Role != NodeRole.Primary) return await AskPrimaryAsync(name);
            var tables = ledger.Tables;
            if (TokenIssuer.Find(tables, name) is not { AutoRefresh: true } issuer) return false;
            var authorities = issuer.Authorities(tables) ?? throw new FormatException("The bundle of its authorities is not there.");
            var keys = await IssuerDiscovery.FetchAsync(issuer, authorities, _stop.Token);
            if (TokenKeyTable.Changes(ledger.Tables, name, keys).Count > 0) await ledger.SetIssuerKeysAsync(name, keys, _stop.Token);
            return true;
        }
        catch (Exception failure)
        {
            // Whatever it is that an issuer answers: what is signed by the known keys counts as before.
            if (!_stop.IsCancellationRequested) Log.KeysNotFetched(logger, name, failure.InnerException?.Message ?? failure.Message);
            return false;
        }
    }

    private async Task<bool> AskPrimaryAsync(string issuer)
    {
        if (ledger.Network?.Nodes is not { } nodes || ledger.Primary is not { } primary || primary.NodeId == ledger.NodeId) return false;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        patience.CancelAfter(AskPatience);
        var address = new Uri(primary.Address, $"{Path}?{IssuerParameter}={Uri.EscapeDataString(issuer)}");
        using var answer = await nodes.PostAsync(address, content: null, patience.Token);
        if (!answer.IsSuccessStatusCode) return false;
        // What it has written is here before the token is looked at again.
        if (answer.Headers.TryGetValues(AnswerWriting.TransactionHeader, out var values)
            && TransactionId.TryParse(values.FirstOrDefault(), out var id))
            await ledger.WhenHereAsync(id.SeqNo, _stop.Token);
        return true;
    }

    private sealed record Attempt(DateTimeOffset At, Task<bool> Fetched);
}
