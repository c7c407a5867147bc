using System.Text.Json;
using Stele.Cli.Connection;

namespace Stele.Cli.Members;

/// <summary>
/// A proposal of one action, as it is given on the command line: <c>name=text</c>, <c>name=@file</c> for a file's text,
/// <c>name:=json</c> and <c>name:=@file</c> for numbers, lists and whatever else is no text.
/// </summary>
internal static class ProposedArguments
{
    private const string Json = ":=";

    // What a name stands for twice is nobody's to guess.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The proposal.</summary>
    /// <exception cref="CommandFailedException">An argument is not of that form, or there twice, or its file cannot be read.</exception>
    public static byte[] Of(string action, IReadOnlyList<string> arguments)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("actions");
            json.WriteStartObject();
            json.WriteString("name", action);
            if (arguments.Count > 0) Write(json, arguments);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<string> arguments)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        json.WriteStartObject("args");
        foreach (var argument in arguments)
        {
            var (name, value, isJson) = Split(argument);
            if (!names.Add(name)) throw Wrong($"{name} is there twice.");
            json.WritePropertyName(name);
            var text = value.StartsWith('@') ? CertificateFile.Text(value[1..]) : value;
            if (isJson) Copy(json, name, text);
            else json.WriteStringValue(text);
        }
        json.WriteEndObject();
    }

    private static (string Name, string Value, bool IsJson) Split(string argument)
    {
        var at = argument.IndexOf('=', StringComparison.Ordinal);
        var isJson = at > 0 && argument[at - 1] == Json[0];
        var name = at < 0 ? "" : argument[..(isJson ? at - 1 : at)];
        return name.Length > 0
            ? (name, argument[(at + 1)..], isJson)
            : throw Wrong($"'{argument}' is no argument of an action: give name=text, name=@file, name:=json or name:=@file.");
    }

    private static void Copy(Utf8JsonWriter json, string name, string text)
    {
        try
        {
            using var value = JsonDocument.Parse(text, Strict);
            value.RootElement.WriteTo(json);
        }
        catch (JsonException fault)
        {
            throw Wrong($"What {name}:= gives is not JSON ({fault.Message}); a text is given as {name}=text.");
        }
    }

    private static CommandFailedException Wrong(string message) => new(message, ExitCode.Usage);
}
