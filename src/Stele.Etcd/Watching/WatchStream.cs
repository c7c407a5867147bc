using System.Net;
using Stele.Etcd.Calls;
using Stele.Etcd.Wire;

namespace Stele.Etcd.Watching;

/// <summary>A watch on one member, from its opening until it is told no more.</summary>
internal sealed class WatchStream : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly LineReader _lines;
    private readonly List<KeyEvent> _held = [];

    private WatchStream(HttpResponseMessage response, LineReader lines, long openedAt) =>
        (_response, _lines, OpenedAt) = (response, lines, openedAt);

    /// <summary>The member's revision when the watch was opened.</summary>
    public long OpenedAt { get; }

    /// <summary>Opens a watch and waits until the member says that it stands.</summary>
    /// <exception cref="EtcdException">etcd refuses it.</exception>
    /// <exception cref="FormatException">It is answered by something that is no watch.</exception>
    /// <exception cref="IOException">The member does not serve it.</exception>
    public static async Task<WatchStream> OpenAsync(
        EtcdCalls calls, Uri endpoint, KeyRange keys, long fromRevision, int lineMax, CancellationToken until)
    {
        using var body = new PooledBuffer();
        EtcdCalls.Write(body, json => Requests.Watch(json, keys, fromRevision));
        var content = new RequestContent(body.Written.ToArray());
        var response = await calls.PostAsync(endpoint, Paths.Watch, content, demandLeader: true, until);
        var lines = new LineReader(await response.Content.ReadAsStreamAsync(until), lineMax);
        try
        {
            // A refusal is one line too.
            var line = await lines.ReadAsync(until) ?? throw new IOException("The stream ended before the watch stood.");
            return response.StatusCode == HttpStatusCode.OK && WatchMessage.Read(line) is WatchMessage.Created created
                ? new WatchStream(response, lines, created.Revision)
                : throw Failure(JsonReading.Read(line, ErrorAnswer.Read));
        }
        catch
        {
            lines.Dispose();
            response.Dispose();
            throw;
        }
    }

    /// <summary>What the watch tells next; null where the member ended it for reasons of its own.</summary>
    /// <exception cref="EtcdException">etcd refuses to go on.</exception>
    /// <exception cref="FormatException">A message is not understood.</exception>
    /// <exception cref="IOException">The connection is lost.</exception>
    public async Task<WatchUpdate?> ReadAsync(CancellationToken until)
    {
        while (await _lines.ReadAsync(until) is { } line)
        {
            if (line.Length == 0)
                continue;
            switch (WatchMessage.Read(line))
            {
                case WatchMessage.Told told when Take(told) is { } update:
                    return update;
                case WatchMessage.Ended ended:
                    return ended.Last;
                case WatchMessage.Error error:
                    throw Failure(error.Answer);
            }
        }
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _response.Dispose();
        _lines.Dispose();
    }

    /// <summary>A message may end in the middle of a revision: that revision waits for its rest.</summary>
    private WatchUpdate? Take(WatchMessage.Told told)
    {
        if (told.Events.Count == 0 && _held.Count == 0)
            return new WatchUpdate.Progress(told.Revision);
        List<KeyEvent> all = [.. _held, .. told.Events];
        _held.Clear();
        if (told.HasMore)
        {
            var last = all[^1].Revision;
            _held.AddRange(all.Where(change => change.Revision == last));
            all.RemoveAll(change => change.Revision == last);
        }
        return all.Count > 0 ? new WatchUpdate.Events(all[^1].Revision, all) : null;
    }

    private static Exception Failure(ErrorAnswer answer) =>
        answer.ToAttempt<bool>() is Attempt<bool>.Refused refused ? refused.Error : new IOException(answer.Message);
}
