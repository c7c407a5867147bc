using System.Globalization;
using Stele.Governance.Users;

namespace Stele.Server.Api;

/// <summary>What a call's path and query say, as types.</summary>
internal static class Parameters
{
    /// <summary>Oldest first.</summary>
    public const string Ascending = "ascending";

    /// <summary>Newest first.</summary>
    public const string Descending = "descending";

    private const int TagsMax = 5;
    private const int TagLengthMax = 64;
    private static readonly string[] MomentFormats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>The collection that is asked for: the one named, or the ledger's default one.</summary>
    public static CollectionId Collection(this Call call) =>
        call.Collection(call.Version.CollectionName) ?? CollectionId.Default;

    /// <summary>A collection that a parameter names; null where the parameter is not there.</summary>
    public static CollectionId? Collection(this Call call, string parameter)
    {
        if (!call.Query.TryGet(parameter, out var name)) return null;
        if (name.Length is > 0 and <= CollectionId.MaxLength && !name.Any(char.IsControl))
            return new CollectionId(name);
        throw RefusedException.Parameter(
            $"{parameter} must be 1 to {CollectionId.MaxLength} characters without control characters; "
            + $"leave it out for {CollectionId.Default}.");
    }

    /// <summary>The transaction that the path names.</summary>
    public static TransactionId PathTransaction(this Call call) =>
        TransactionId.TryParse(call.PathValue, out var id) ? id : throw Malformed("The transaction id in the path");

    /// <summary>A transaction that a parameter names; null where the parameter is not there.</summary>
    public static TransactionId? Transaction(this Call call, string parameter)
    {
        if (!call.Query.TryGet(parameter, out var text)) return null;
        return TransactionId.TryParse(text, out var id) ? id : throw Malformed(parameter);
    }

    /// <summary>The user that the path names.</summary>
    public static UserId PathUser(this Call call) => UserOf(call.PathValue, "The user id in the path");

    /// <summary>A user that a parameter names; null where the parameter is not there.</summary>
    public static UserId? User(this Call call, string parameter) =>
        call.Query.TryGet(parameter, out var text) ? UserOf(text, parameter) : null;

    /// <summary>The one tag of a list's filter; null where there is none.</summary>
    public static string? Tag(this Call call) => call.Query.TryGet("tag", out var tag) ? TagOf("tag", tag) : null;

    /// <summary>The tags of a new entry.</summary>
    public static IReadOnlyList<string> Tags(this Call call)
    {
        if (!call.Query.TryGet("tags", out var text)) return [];
        string[] tags = [.. text.Split(',').Select(tag => TagOf("tags", tag)).Distinct(StringComparer.Ordinal)];
        if (tags.Length <= TagsMax) return tags;
        throw RefusedException.Parameter($"tags has {tags.Length} tags; an entry has at most {TagsMax}.");
    }

    /// <summary>Whether a list is to come newest first.</summary>
    public static bool NewestFirst(this Call call)
    {
        if (!call.Query.TryGet("order", out var order)) return false;
        return order switch
        {
            Ascending => false,
            Descending => true,
            _ => throw RefusedException.Parameter($"order must be {Ascending} or {Descending}."),
        };
    }

    /// <summary>A moment that a parameter names, in RFC 3339; null where the parameter is not there.</summary>
    public static DateTimeOffset? Moment(this Call call, string parameter)
    {
        if (!call.Query.TryGet(parameter, out var text)) return null;
        return DateTimeOffset.TryParseExact(
            text, MomentFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : throw RefusedException.Parameter($"{parameter} must be a moment as RFC 3339 writes it, as 2026-07-31T12:00:00Z.");
    }

    /// <summary>Whether an append is to be answered with its receipt.</summary>
    public static bool WaitForCommit(this Call call)
    {
        if (!call.Query.TryGet("waitForCommit", out var text)) return false;
        return bool.TryParse(text, out var wait)
            ? wait
            : throw RefusedException.Parameter("waitForCommit must be true or false.");
    }

    private static UserId UserOf(string text, string what) =>
        UserId.TryParse(text, out var id) ? id : throw RefusedException.Input(
            $"{what} must be a certificate's SHA-256 fingerprint (32 pairs of hexadecimal digits between colons) or a "
            + $"token's object id, of at most {UserId.MaxLength} characters.");

    private static string TagOf(string parameter, string tag) =>
        tag.Length is > 0 and <= TagLengthMax && !tag.Any(c => char.IsControl(c) || c == ',')
            ? tag
            : throw RefusedException.Parameter(parameter == "tag"
                ? $"tag must be one tag of 1 to {TagLengthMax} characters, without comma or control characters."
                : $"tags must be tags of 1 to {TagLengthMax} characters each, with a comma between two of them.");

    private static RefusedException Malformed(string what) => RefusedException.Input(
        $"{what} is not a transaction id: two decimal numbers with a dot between, as in 2.18.",
        ErrorCodes.InvalidTransactionId);
}
