using System.Text.Json;

namespace Stele.Server.Api;

/// <summary>Reads a JSON object and refuses all that could be understood in two ways.</summary>
internal static class StrictJson
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 16 };

    /// <summary>Takes one member of an object; the reader stands on its value, and behind it afterwards.</summary>
    /// <returns>Whether the object may have such a member.</returns>
    public delegate bool TakeMember(string name, ref Utf8JsonReader value);

    /// <summary>Takes one value of a list; the reader stands on it, and behind it afterwards.</summary>
    public delegate void TakeValue(ref Utf8JsonReader value);

    /// <summary>Reads a body that is one JSON object, member by member.</summary>
    /// <param name="body">The body in UTF-8.</param>
    /// <param name="example">How a right one looks, for the message.</param>
    /// <param name="take">Takes a member.</param>
    /// <exception cref="RefusedException">
    /// It is not JSON, or no object, or nested too deeply, or has text that is not Unicode, or a member twice, or one
    /// that is unknown.
    /// </exception>
    public static void ReadObject(ReadOnlySpan<byte> body, string example, TakeMember take) =>
        Read(body, example, (ref Utf8JsonReader reader) => ReadMembers(ref reader, example, take));

    /// <summary>Reads a body that is one JSON list, value by value.</summary>
    /// <param name="body">The body in UTF-8.</param>
    /// <param name="example">How a right one looks, for the message.</param>
    /// <param name="take">Takes a value.</param>
    /// <exception cref="RefusedException">
    /// It is not JSON, or no list, or nested too deeply, or has text that is not Unicode.
    /// </exception>
    public static void ReadList(ReadOnlySpan<byte> body, string example, TakeValue take) =>
        Read(body, example, (ref Utf8JsonReader reader) =>
        {
            if (reader.TokenType != JsonTokenType.StartArray)
                throw RefusedException.Input($"The body must be a JSON list; it must be like {example}.");
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) take(ref reader);
        });

    private static void Read(ReadOnlySpan<byte> body, string example, TakeValue take)
    {
        try
        {
            var reader = new Utf8JsonReader(body, Options);
            reader.Read();
            take(ref reader);
            // Throws when anything follows.
            reader.Read();
        }
        catch (JsonException broken)
        {
            throw RefusedException.Input(
                $"The body is not JSON in UTF-8, at line {broken.LineNumber + 1}, byte {broken.BytePositionInLine}, "
                + $"or is nested deeper than {Options.MaxDepth} levels; it must be like {example}.");
        }
        catch (InvalidOperationException)
        {
            // What the reader throws for text that is no Unicode: invalid UTF-8, or half a surrogate pair.
            throw RefusedException.Input($"The body has text that is not valid Unicode; it must be like {example}.");
        }
    }

    private static void ReadMembers(ref Utf8JsonReader reader, string example, TakeMember take)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (reader.TokenType != JsonTokenType.StartObject)
            throw RefusedException.Input($"The body must be a JSON object like {example}.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (!seen.Add(name))
                throw RefusedException.Input($"The body has a member twice; it must be like {example}.");
            if (!take(name, ref reader))
                throw RefusedException.Input($"The body has a member that is unknown here; it must be like {example}.");
        }
    }
}
