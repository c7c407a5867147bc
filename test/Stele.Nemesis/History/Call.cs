namespace Stele.Nemesis.History;

/// <summary>What a client asks for.</summary>
internal enum CallKind
{
    /// <summary>Appends an entry, and is answered when it is durable.</summary>
    Append,

    /// <summary>Appends an entry, and is answered with a receipt when it is committed.</summary>
    AppendCommitted,

    /// <summary>Reads the entry of an id.</summary>
    Read,

    /// <summary>Reads a collection's newest entry.</summary>
    Current,

    /// <summary>Reads one page of a collection, from an id on or from its beginning.</summary>
    List,

    /// <summary>Asks what became of an id.</summary>
    Status,

    /// <summary>Asks for the receipt of an id.</summary>
    Receipt,
}

/// <summary>What came of a call.</summary>
internal enum Outcome
{
    /// <summary>It was answered with success.</summary>
    Ok,

    /// <summary>It was answered 503: it was not done.</summary>
    Refused,

    /// <summary>It was answered 404 by a node that does not know, or not yet.</summary>
    NotFound,

    /// <summary>It was answered that there is no such transaction, and never will be.</summary>
    Invalid,

    /// <summary>No answer came, or only a part of one.</summary>
    Unknown,

    /// <summary>It was answered with what no client should ever see.</summary>
    Failed,
}

/// <summary>An entry as somebody was shown it.</summary>
/// <param name="Id">The transaction that wrote it, as the answer says.</param>
/// <param name="Contents">Its contents.</param>
internal readonly record struct Shown(TransactionId Id, string Contents);

/// <summary>One thing that a client did, and what came of it.</summary>
internal sealed record Call
{
    /// <summary>What was asked for.</summary>
    public required CallKind Kind { get; init; }

    /// <summary>The number of the client that asked.</summary>
    public int Client { get; init; }

    /// <summary>The number of the node that was asked.</summary>
    public int Node { get; init; }

    /// <summary>Which of the node's processes was asked; null where it was another at the end than at the start.</summary>
    public int? Life { get; init; }

    /// <summary>When it was asked, in seconds of the run.</summary>
    public required double Start { get; init; }

    /// <summary>When the answer was there, or hope for one was given up.</summary>
    public required double End { get; init; }

    /// <summary>What came of it.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>The collection.</summary>
    public string Collection { get; init; } = "";

    /// <summary>What was sent to be appended.</summary>
    public string? Sent { get; init; }

    /// <summary>The id that was asked for, or that a list was to begin at.</summary>
    public TransactionId? Asked { get; init; }

    /// <summary>The transaction id in the answer's header: an append's own id, or the position of the node that answered.</summary>
    public TransactionId? Position { get; init; }

    /// <summary>The entries that were shown.</summary>
    public IReadOnlyList<Shown> Entries { get; init; } = [];

    /// <summary>Whether a status was answered Committed; null where none was answered.</summary>
    public bool? IsCommitted { get; init; }

    /// <summary>A receipt, as it was answered.</summary>
    public string? Receipt { get; init; }

    /// <summary>The answer's HTTP status, or the failure, for a report.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Whether it is an append.</summary>
    public bool IsAppend => Kind is CallKind.Append or CallKind.AppendCommitted;

    /// <summary>Whether it is an append that was answered with an id.</summary>
    public bool IsAcknowledged => IsAppend && Outcome == Outcome.Ok && Position is not null;

    /// <summary>The call in a few words, for a report.</summary>
    public string Told =>
        $"{Kind} of client {Client} at node {Node}, {Start:F3} to {End:F3} s: {Outcome} {Position} {Sent ?? Asked?.ToString()} {Detail}";
}
