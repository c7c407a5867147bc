using System.Text.Json;

namespace Stele.Server.Api;

/// <summary>Reads a JSON object and refuses all that could be understood in two ways.</summary>
internal static class StrictJson
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 16 };

    /// <summary>Takes one member of an object; the reader stands on its value, and behind it afterwards.</summary>
    /// <returns>Whether the object may have such a member.</returns>
    public delegate bool TakeMember(string name, ref Utf8JsonReader value);

    /// <summary>Reads a body that is one JSON object, member by member.</summary>
    /// <param name="body">The body in UTF-8.</param>
    /// <param name="example">How a right one looks, for the message.</param>
    /// <param name="take">Takes a member.</param>
    /// <exception cref="RefusedException">
    /// It is not JSON, or no object, or nested too deeply, or has text that is not Unicode, or a member twice, or one
    /// that is unknown.
    /// </exception>
    public static void ReadObject(ReadOnlySpan<byte> body, string example, TakeMember take)
    {
        try
        {
            ReadMembers(body, example, take);
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

    private static void ReadMembers(ReadOnlySpan<byte> body, string example, TakeMember take)
    {
        var reader = new Utf8JsonReader(body, Options);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
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

        // Throws when anything follows the object.
        reader.Read();
    }
}
