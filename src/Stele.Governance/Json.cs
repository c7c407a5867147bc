using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Stele.Governance;

/// <summary>JSON values as they stand in tables.</summary>
internal static class Json
{
    // Tables are read by programs and people, never pasted into a page: no need to escape a PEM's plus signs.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The bytes of one JSON value.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options)) write(json);
        return buffer.WrittenSpan.ToArray();
    }
}
