using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stele.Nemesis.History;

/// <summary>Everything that all clients did and were answered, with the times of one clock.</summary>
internal sealed class Recorder
{
    private static readonly JsonSerializerOptions Json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(), new IdConverter() },
    };

    private readonly ConcurrentQueue<Call> _calls = new();
    private readonly long _begin = Stopwatch.GetTimestamp();
    private readonly Lock _gate = new();
    private double _lastCommittedBegan;
    private int _committed;

    /// <summary>The time of the run, in seconds.</summary>
    public double Now => Stopwatch.GetElapsedTime(_begin).TotalSeconds;

    /// <summary>All calls, in the order in which they ended.</summary>
    public IReadOnlyList<Call> Calls => [.. _calls];

    /// <summary>How many appends were answered as committed.</summary>
    public int Committed
    {
        get
        {
            lock (_gate)
                return _committed;
        }
    }

    /// <summary>Whether an append that began after this time was answered as committed.</summary>
    public bool HasCommittedSince(double time)
    {
        lock (_gate)
            return _lastCommittedBegan > time;
    }

    /// <summary>Notes a call.</summary>
    public void Add(Call call)
    {
        _calls.Enqueue(call);
        if (call is not { Kind: CallKind.AppendCommitted, IsAcknowledged: true })
            return;
        lock (_gate)
            (_committed, _lastCommittedBegan) = (_committed + 1, Math.Max(_lastCommittedBegan, call.Start));
    }

    /// <summary>Writes all calls to a file, one JSON object to a line.</summary>
    public async Task WriteAsync(string path)
    {
        await using var file = new StreamWriter(path);
        foreach (var call in _calls)
            await file.WriteLineAsync(JsonSerializer.Serialize(call, Json));
    }

    private sealed class IdConverter : JsonConverter<TransactionId>
    {
        public override TransactionId Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            TransactionId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("No transaction id.");

        public override void Write(Utf8JsonWriter writer, TransactionId value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
