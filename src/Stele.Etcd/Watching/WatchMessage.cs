using System.Text.Json;
using Stele.Etcd.Calls;
using Stele.Etcd.Wire;

namespace Stele.Etcd.Watching;

/// <summary>One message of a watch's stream.</summary>
internal abstract record WatchMessage
{
    private WatchMessage()
    {
    }

    /// <summary>The watch stands.</summary>
    /// <param name="Revision">The revision that the member had then.</param>
    public sealed record Created(long Revision) : WatchMessage;

    /// <summary>Changes, or none: then all up to the revision have been told.</summary>
    /// <param name="Revision">The revision that the member had then.</param>
    /// <param name="Events">The changes.</param>
    /// <param name="HasMore">Whether the next message goes on with the same.</param>
    public sealed record Told(long Revision, IReadOnlyList<KeyEvent> Events, bool HasMore) : WatchMessage;

    /// <summary>The watch is over.</summary>
    /// <param name="Last">What it tells as its last.</param>
    public sealed record Ended(WatchUpdate Last) : WatchMessage;

    /// <summary>An error, and with it the stream's end.</summary>
    /// <param name="Answer">The error.</param>
    public sealed record Error(ErrorAnswer Answer) : WatchMessage;

    /// <summary>Reads a line of the stream.</summary>
    /// <exception cref="FormatException">It is no message of a watch.</exception>
    public static WatchMessage Read(ReadOnlyMemory<byte> line) => JsonReading.Read(line, Read);

    private static WatchMessage Read(JsonElement json)
    {
        if (json.Has(Fields.Error))
            return new Error(ErrorAnswer.Read(json));
        var result = json.Part(Fields.Result);
        if (result.Flag(Fields.Canceled))
            return new Ended(HowItEnded(result));
        var revision = Answers.Revision(result);
        return result.Flag(Fields.Created)
            ? new Created(revision)
            : new Told(revision, result.List(Fields.Events, Event), result.Flag(Fields.Fragment));
    }

    private static WatchUpdate HowItEnded(JsonElement result) =>
        result.Int64(Fields.CompactRevision) is > 0 and var revision
            ? new WatchUpdate.Compacted(revision)
            : new WatchUpdate.Canceled(result.Text(Fields.CancelReason));

    private static KeyEvent Event(JsonElement json)
    {
        var change = Answers.KeyValue(json.Part(Fields.KeyValue));
        return json.Text(Fields.Type) switch
        {
            "" or "PUT" => new KeyEvent.Put(change),
            "DELETE" => new KeyEvent.Deleted(change.Key, change.ModRevision),
            var other => throw new FormatException($"There is no event '{other}'."),
        };
    }
}
