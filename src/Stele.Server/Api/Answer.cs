using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Stele.Server.Api;

/// <summary>What an endpoint answers.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="WriteBody">Writes the body's one JSON value; none for an answer without a body.</param>
/// <param name="Transaction">The transaction a write became; none for a read, which answers the position.</param>
internal sealed record Answer(int Status, Action<Utf8JsonWriter>? WriteBody, TransactionId? Transaction = null)
{
    /// <summary>A script, which is the body instead of JSON.</summary>
    public string? Script { get; private init; }

    /// <summary>200 with a script.</summary>
    public static Answer OfScript(string script) => new(StatusCodes.Status200OK, null) { Script = script };

    /// <summary>200 with a JSON object, whose members are written by <paramref name="members"/>.</summary>
    public static Answer Object(Action<Utf8JsonWriter> members, TransactionId? transaction = null) =>
        new(StatusCodes.Status200OK, Braced(members), transaction);

    /// <summary>204.</summary>
    public static Answer Nothing(TransactionId? transaction = null) =>
        new(StatusCodes.Status204NoContent, null, transaction);

    /// <summary>An error in ACL's shape.</summary>
    public static Answer Of(ApiError error) => new(error.Status, Braced(json =>
    {
        json.WriteStartObject("error"u8);
        json.WriteString("code"u8, error.Code);
        json.WriteString("message"u8, error.Message);
        json.WriteEndObject();
    }));

    private static Action<Utf8JsonWriter> Braced(Action<Utf8JsonWriter> members) => json =>
    {
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
    };
}
