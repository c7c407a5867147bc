using System.Collections.Immutable;
using System.Text.Json;

namespace Stele.Governance.Proposals;

/// <summary>A proposal: who made it, who voted on it, and what has become of it. Its text is a row of its own.</summary>
/// <param name="Id">Hexadecimal SHA-256 of the state that it was made under and of the request that made it.</param>
/// <param name="ProposerId">The member who made it.</param>
/// <param name="State">What has become of it.</param>
public sealed record Proposal(string Id, string ProposerId, ProposalState State)
{
    /// <summary>The ballots: member id to script.</summary>
    public ImmutableSortedDictionary<string, string> Ballots { get; init; } = Sorted<string>();

    /// <summary>What the ballots said when it was decided; null while it is not.</summary>
    public ImmutableSortedDictionary<string, bool>? FinalVotes { get; init; }

    /// <summary>The ballots that failed when it was decided; null while it is not.</summary>
    public ImmutableSortedDictionary<string, ScriptFailure>? VoteFailures { get; init; }

    /// <summary>Why it failed; null where it did not.</summary>
    public ScriptFailure? Failure { get; init; }

    internal static ImmutableSortedDictionary<string, T> Sorted<T>() => ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal);

    internal static Proposal Parse(string id, ReadOnlyMemory<byte> row)
    {
        using var info = JsonDocument.Parse(row);
        var root = info.RootElement;
        return new Proposal(
            id, root.Text(GovernanceTables.ProposalsInfo, "proposer_id"), root.Name<ProposalState>(GovernanceTables.ProposalsInfo, "state"))
        {
            Ballots = Map(root, "ballots", value => value.GetString()!) ?? Sorted<string>(),
            FinalVotes = Map(root, "final_votes", value => value.GetBoolean()),
            VoteFailures = Map(root, "vote_failures", FailureOf),
            Failure = root.TryGetProperty("failure", out var failure) ? FailureOf(failure) : null,
        };
    }

    internal byte[] ToRow() => Json.Write(json =>
    {
        json.WriteStartObject();
        WriteMap(json, "ballots", Ballots, json.WriteStringValue);
        if (Failure is not null)
        {
            json.WritePropertyName("failure");
            Write(json, Failure);
        }
        if (FinalVotes is not null) WriteMap(json, "final_votes", FinalVotes, json.WriteBooleanValue);
        json.WriteString("proposer_id", ProposerId);
        json.WriteString("state", State.ToString());
        if (VoteFailures is not null) WriteMap(json, "vote_failures", VoteFailures, failure => Write(json, failure));
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, ScriptFailure failure)
    {
        json.WriteStartObject();
        json.WriteString("reason", failure.Reason);
        if (failure.Trace is { } trace) json.WriteString("trace", trace);
        json.WriteEndObject();
    }

    private static void WriteMap<T>(Utf8JsonWriter json, string name, ImmutableSortedDictionary<string, T> map, Action<T> write)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in map)
        {
            json.WritePropertyName(key);
            write(value);
        }
        json.WriteEndObject();
    }

    private static ImmutableSortedDictionary<string, T>? Map<T>(JsonElement root, string name, Func<JsonElement, T> read) =>
        root.TryGetProperty(name, out var map)
            ? Sorted<T>().AddRange(map.EnumerateObject().Select(one => KeyValuePair.Create(one.Name, read(one.Value))))
            : null;

    private static ScriptFailure FailureOf(JsonElement failure) => new(
        failure.GetProperty("reason").GetString()!, failure.TryGetProperty("trace", out var trace) ? trace.GetString() : null);
}
