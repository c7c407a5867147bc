using System.Text.Json;
using Stele.Etcd;

namespace Stele.Replication.Network;

/// <summary>Elections by etcd: whoever puts the election key first is the primary for as long as its lease lives.</summary>
/// <remarks>
/// The key's create revision is the fence. Views count up in the same transaction, so that no two terms share one, and so
/// no two entries the vector they are sealed with.
/// </remarks>
internal sealed class Election(NetworkOptions options, StoreKeys keys, TimeProvider time) : IDisposable
{
    private CancellationTokenSource _lost = new();
    private Task _renewing = Task.CompletedTask;

    /// <summary>Who is primary by what an election key says.</summary>
    /// <exception cref="FormatException">It says nothing that a node would write.</exception>
    public static PrimaryNode Parse(ReadOnlyMemory<byte> value)
    {
        try
        {
            using var json = JsonDocument.Parse(value);
            return new PrimaryNode(
                json.RootElement.GetProperty("nodeId").GetString()!,
                new Uri(json.RootElement.GetProperty("address").GetString()!, UriKind.Absolute),
                new View(json.RootElement.GetProperty("view").GetInt64()));
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or UriFormatException
            or ArgumentException)
        {
            throw new FormatException("The election key in etcd is not what a node writes there.", fault);
        }
    }

    /// <summary>Tries to become the primary.</summary>
    /// <param name="before">The last view that the ledger knows of.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The term; null where another node was first.</returns>
    public async Task<Term?> TryWinAsync(View before, CancellationToken cancel)
    {
        var asked = time.GetTimestamp();
        var lease = await options.Etcd.GrantLeaseAsync(options.Lease, cancel);
        try
        {
            var known = (await options.Etcd.RangeAsync(new RangeQuery(KeyRange.One(keys.View)), cancel)).KeyValues;
            var last = known.Count == 0 ? before.Value : Math.Max(before.Value, StoreKeys.Number(known[0].Value));
            var view = new View(Math.Max(last + 1, View.First.Value));
            var won = await options.Etcd.TransactAsync(
                new EtcdTransaction
                {
                    If =
                    [
                        EtcdCompare.Absent(keys.Primary),
                        new EtcdCompare.ModRevisionIs(keys.View, known.Count == 0 ? 0 : known[0].ModRevision),
                    ],
                    Then =
                    [
                        new EtcdOperation.Put(keys.Primary, Describe(view), lease.Id),
                        new EtcdOperation.Put(keys.View, StoreKeys.Number(view.Value)),
                    ],
                },
                cancel);
            if (won.Succeeded) return Begin(view, won.Revision, lease, asked);
        }
        catch (EtcdOutcomeUnknownException)
        {
            // If it was taken after all, the key goes with the lease, and nobody has written under it.
        }
        await RevokeAsync(lease.Id);
        return null;
    }

    /// <summary>Ends a term, so that another node need not wait for the lease to run out.</summary>
    public async Task ResignAsync(Term term)
    {
        await _lost.CancelAsync();
        await _renewing;
        await RevokeAsync(term.Lease);
    }

    /// <inheritdoc/>
    public void Dispose() => _lost.Dispose();

    private Term Begin(View view, long fence, Lease lease, long asked)
    {
        _lost.Dispose();
        _lost = new CancellationTokenSource(Remaining(lease, asked), time);
        _renewing = RenewAsync(lease, _lost);
        return new Term(view, fence, lease.Id, _lost.Token);
    }

    // Counted from when it was asked for: etcd's own clock cannot be ahead of that.
    private TimeSpan Remaining(Lease lease, long asked)
    {
        var remaining = lease.TimeToLive - time.GetElapsedTime(asked);
        return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
    }

    private async Task RenewAsync(Lease lease, CancellationTokenSource lost)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (true)
            {
                await Task.Delay(lease.TimeToLive / 6, time, lost.Token);
                var asked = time.GetTimestamp();
                switch (await TryRenewAsync(lease, lost.Token))
                {
                    case LeaseLife.Alive when !lost.IsCancellationRequested:
                        lost.CancelAfter(Remaining(lease, asked));
                        break;
                    case LeaseLife.Gone:
                        await lost.CancelAsync();
                        return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The lease has run out, or the term was ended from this side.
        }
    }

    private async Task<LeaseLife?> TryRenewAsync(Lease lease, CancellationToken cancel)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        // Long enough for a slow member, and short enough for another try.
        soon.CancelAfter(lease.TimeToLive / 3);
        try
        {
            return await options.Etcd.KeepAliveAsync(lease.Id, soon.Token);
        }
        catch (Exception failure) when (failure is EtcdUnavailableException or EtcdException
            || (failure is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return null; // another try, until the lease must be taken for expired
        }
    }

    private async Task RevokeAsync(LeaseId lease)
    {
        using var soon = new CancellationTokenSource(options.Lease, time);
        try
        {
            await options.Etcd.RevokeLeaseAsync(lease, soon.Token);
        }
        catch (Exception failure) when (failure is EtcdException or EtcdUnavailableException or EtcdOutcomeUnknownException
            or OperationCanceledException)
        {
            // It runs out by itself.
        }
    }

    private byte[] Describe(View view) => JsonSerializer.SerializeToUtf8Bytes(
        new { nodeId = options.NodeId, address = options.Address.ToString(), view = view.Value });
}
