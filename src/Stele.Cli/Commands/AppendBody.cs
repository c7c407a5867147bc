using System.Buffers;
using System.Text.Json;

namespace Stele.Cli.Commands;

/// <summary>The body of an append.</summary>
internal static class AppendBody
{
    public static byte[] Of(string contents)
    {
        var buffer = new ArrayBufferWriter<byte>(contents.Length + 32);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("contents", contents);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
