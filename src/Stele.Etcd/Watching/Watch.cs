using System.Runtime.CompilerServices;
using Stele.Etcd.Calls;

namespace Stele.Etcd.Watching;

/// <summary>A watch across members: each stream of it begins behind the last change that was told.</summary>
internal sealed class Watch(EtcdCalls calls, EtcdOptions options, TimeProvider time, KeyRange keys, long fromRevision)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private long _next = fromRevision;
    private long? _failingSince;

    public async IAsyncEnumerable<WatchUpdate> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            var endpoint = calls.Ring.Current;
            using var stream = await OpenAsync(endpoint, cancellation);
            if (stream is null)
                continue;
            if (_next == 0)
                _next = stream.OpenedAt + 1;
            if (stream.OpenedAt + 1 < _next)
                yield return new WatchUpdate.Behind(stream.OpenedAt);
            while (await ReadAsync(stream, endpoint, cancellation) is { } update)
            {
                yield return update;
                if (update is WatchUpdate.Compacted or WatchUpdate.Canceled)
                    yield break;
            }
        }
    }

    /// <summary>Opens a stream; null where the member does not serve it.</summary>
    private async Task<WatchStream?> OpenAsync(Uri endpoint, CancellationToken cancellation)
    {
        using var patience = new Deadline(options.AttemptTimeout, time, cancellation);
        try
        {
            return await WatchStream.OpenAsync(calls, endpoint, keys, _next, options.AnswerBytesMax, patience.Token);
        }
        catch (Exception failure) when (IsFailure(failure, cancellation))
        {
            await FailAsync(endpoint, failure, cancellation);
            return null;
        }
    }

    /// <summary>What the stream tells next; null where another must be opened.</summary>
    private async Task<WatchUpdate?> ReadAsync(WatchStream stream, Uri endpoint, CancellationToken cancellation)
    {
        using var silence = new Deadline(options.WatchSilence, time, cancellation);
        try
        {
            var update = await stream.ReadAsync(silence.Token) ?? throw new IOException("The member ended the stream.");
            _failingSince = null;
            _next = update switch
            {
                WatchUpdate.Events(var revision, _) => revision + 1,
                WatchUpdate.Progress(var revision) => Math.Max(_next, revision + 1),
                _ => _next,
            };
            return update;
        }
        catch (OperationCanceledException) when (silence.IsOver && !cancellation.IsCancellationRequested)
        {
            // Perhaps nothing happened, perhaps nobody is there: opening another one will tell.
            _failingSince = null;
            return null;
        }
        catch (Exception failure) when (IsFailure(failure, cancellation))
        {
            await FailAsync(endpoint, failure, cancellation);
            return null;
        }
    }

    private static bool IsFailure(Exception failure, CancellationToken cancellation) =>
        failure is HttpRequestException or IOException or FormatException or OperationCanceledException
        && !cancellation.IsCancellationRequested;

    private async Task FailAsync(Uri endpoint, Exception failure, CancellationToken cancellation)
    {
        calls.Ring.Leave(endpoint);
        var now = time.GetTimestamp();
        _failingSince ??= now;
        if (time.GetElapsedTime(_failingSince.Value, now) >= options.RequestTimeout)
            throw new EtcdUnavailableException($"No etcd member holds a watch; {endpoint.Authority}: {failure.Message}", failure);
        await Task.Delay(Pause, time, cancellation);
    }
}
