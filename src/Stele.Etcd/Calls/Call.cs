using System.Text.Json;

namespace Stele.Etcd.Calls;

/// <summary>One request and how its answer is read.</summary>
/// <param name="Path">Where it is posted.</param>
/// <param name="Write">Writes the fields of its object.</param>
/// <param name="Read">Reads the answer; throws <see cref="FormatException"/> for one that is not understood.</param>
internal sealed record Call<T>(string Path, Action<Utf8JsonWriter> Write, Func<JsonElement, T> Read)
{
    /// <summary>Whether it may be sent again though it may have been taken: true of what changes nothing.</summary>
    public bool IsRepeatable { get; init; }

    /// <summary>The member that it is for, with or without a leader; null where any will do that knows of one.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>How long it may take; null for <see cref="EtcdOptions.RequestTimeout"/>.</summary>
    public TimeSpan? Timeout { get; init; }
}
