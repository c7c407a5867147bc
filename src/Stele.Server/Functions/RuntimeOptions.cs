using System.Text.Json;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;
using Stele.Scripting;

namespace Stele.Server.Functions;

/// <summary>What a run of a script may use, and what is said of its errors, in ACL's terms.</summary>
/// <param name="HeapBytes">The memory for its values, in bytes.</param>
/// <param name="StackBytes">Its stack, in bytes.</param>
/// <param name="Milliseconds">Its time, which is counted in steps: so a run ends at the same place on every machine.</param>
/// <param name="CachedInterpreters">Kept as it was set, and without effect: each run has an engine of its own.</param>
/// <param name="LogsDetails">Kept as it was set, and without effect: a node's log is no place for what a ledger seals.</param>
/// <param name="ReturnsDetails">Whether a caller is told what a script threw, and where.</param>
internal sealed record RuntimeOptions(
    long HeapBytes, long StackBytes, long Milliseconds, long CachedInterpreters, bool LogsDetails, bool ReturnsDetails)
{
    /// <summary>What holds until something else is set.</summary>
    public static readonly RuntimeOptions Default = new(10 << 20, 1 << 20, 1000, 10, LogsDetails: true, ReturnsDetails: true);

    private const long StepsPerMillisecond = 200_000;

    // A step takes longer on a slow machine that is busy; behind this the machine is to blame.
    private static readonly TimeSpan ClockMax = TimeSpan.FromSeconds(60);

    private static readonly (string Name, long Min, long Max)[] Numbers =
    [
        ("max_heap_bytes", 1 << 20, 64 << 20),
        ("max_stack_bytes", 16 << 10, ScriptLimits.StackBytesMax),
        ("max_execution_time_ms", 1, 5000),
        ("max_cached_interpreters", 0, int.MaxValue),
    ];

    /// <summary>The limits of a run.</summary>
    public ScriptLimits Limits => new(Milliseconds * StepsPerMillisecond, (int)HeapBytes, (int)StackBytes, ClockMax);

    /// <summary>What a ledger has set.</summary>
    public static RuntimeOptions Of(LedgerTables tables) =>
        tables.TryGet(FunctionTables.RuntimeOptions, TableNames.SingleKey, out var row) ? Read(row.ToArray()) : Default;

    /// <summary>What a run may use: what the ledger has set, within what its members let anybody set.</summary>
    public static RuntimeOptions Of(ScriptTransaction transaction)
    {
        var set = transaction.Get(FunctionTables.RuntimeOptions, TableNames.SingleKey.ToArray());
        return (set is null ? Default : Read(set)).Within(transaction);
    }

    /// <summary>These, but nothing more than what members let a run use.</summary>
    public RuntimeOptions Within(ScriptTransaction transaction)
    {
        if (transaction.Get(FunctionTables.MembersLimits, TableNames.SingleKey.ToArray()) is not { } row) return this;
        using var json = JsonDocument.Parse(row);
        var limits = json.RootElement;
        return this with
        {
            HeapBytes = Least("max_heap_bytes", HeapBytes, limits),
            StackBytes = Least("max_stack_bytes", StackBytes, limits),
            Milliseconds = Least("max_execution_time_ms", Milliseconds, limits),
            ReturnsDetails = ReturnsDetails
                && !(limits.TryGetProperty("return_exception_details", out var told) && told.ValueKind == JsonValueKind.False),
        };
    }

    /// <summary>Reads a row.</summary>
    public static RuntimeOptions Read(byte[] row)
    {
        using var json = JsonDocument.Parse(row);
        return Default.With(json.RootElement);
    }

    /// <summary>These with what a client says of some.</summary>
    /// <exception cref="FormatException">It is not as it must be.</exception>
    public RuntimeOptions With(JsonElement changes)
    {
        if (changes.ValueKind != JsonValueKind.Object) throw new FormatException("Runtime options are a JSON object.");
        var options = this;
        foreach (var change in changes.EnumerateObject())
        {
            if (change.Value.ValueKind == JsonValueKind.Null) continue;
            options = change.Name switch
            {
                "max_heap_bytes" => options with { HeapBytes = Number(change) },
                "max_stack_bytes" => options with { StackBytes = Number(change) },
                "max_execution_time_ms" => options with { Milliseconds = Number(change) },
                "max_cached_interpreters" => options with { CachedInterpreters = Number(change) },
                "log_exception_details" => options with { LogsDetails = Truth(change) },
                "return_exception_details" => options with { ReturnsDetails = Truth(change) },
                _ => throw new FormatException($"There are no other runtime options than {Names}."),
            };
        }
        return options;
    }

    /// <summary>The row that they become.</summary>
    public byte[] ToRow() => JsonText.Bytes(json =>
    {
        json.WriteStartObject();
        WriteMembers(json);
        json.WriteEndObject();
    });

    /// <summary>Writes the members of the JSON object.</summary>
    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteNumber("max_heap_bytes"u8, HeapBytes);
        json.WriteNumber("max_stack_bytes"u8, StackBytes);
        json.WriteNumber("max_execution_time_ms"u8, Milliseconds);
        json.WriteNumber("max_cached_interpreters"u8, CachedInterpreters);
        json.WriteBoolean("log_exception_details"u8, LogsDetails);
        json.WriteBoolean("return_exception_details"u8, ReturnsDetails);
    }

    // A vote may ask for less than an engine can live with: then the least that it can.
    private static long Least(string name, long value, JsonElement limits)
    {
        if (!limits.TryGetProperty(name, out var limit) || !limit.TryGetDouble(out var most)) return value;
        var least = Numbers.Single(number => number.Name == name).Min;
        return most < value ? Math.Max((long)most, least) : value;
    }

    private static string Names =>
        string.Join(", ", Numbers.Select(number => number.Name).Concat(["log_exception_details", "return_exception_details"]));

    private static long Number(JsonProperty change)
    {
        var (name, min, max) = Numbers.Single(number => number.Name == change.Name);
        return change.Value.ValueKind == JsonValueKind.Number && change.Value.TryGetInt64(out var value) && value >= min && value <= max
            ? value
            : throw new FormatException($"{name} must be a whole number from {min} to {max}.");
    }

    private static bool Truth(JsonProperty change) => change.Value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new FormatException($"{change.Name} must be true or false."),
    };
}
