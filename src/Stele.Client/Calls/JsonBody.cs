using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Stele.Client.Pipeline;

namespace Stele.Client.Calls;

/// <summary>Writes the bodies of requests.</summary>
internal static class JsonBody
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A JSON object with these members.</summary>
    public static ReadOnlyMemory<byte> Object(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    /// <summary>A member that is a text: of all that callers say, none is written by another method than these two.</summary>
    /// <exception cref="ArgumentException">It is no text in Unicode.</exception>
    public static void WriteText(this Utf8JsonWriter json, string name, string text) =>
        json.WriteString(name, WireText.Demand(text, name));

    /// <summary>A member that is a list of texts.</summary>
    /// <exception cref="ArgumentException">One is no text in Unicode.</exception>
    public static void WriteList(this Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(WireText.Demand(text, name));
        json.WriteEndArray();
    }

    public static void Write(this Utf8JsonWriter json, FunctionCall call)
    {
        if (call.Arguments.Count > 0) json.WriteList("arguments", call.Arguments);
        if (call.ExportedFunctionName is { } name) json.WriteText("exportedFunctionName", name);
        if (call.RuntimeOptions is not { } options) return;
        json.WritePropertyName("runtimeOptions");
        json.WriteRawValue(options.ToMemory().Span);
    }
}
