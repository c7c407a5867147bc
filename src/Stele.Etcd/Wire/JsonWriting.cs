using System.Globalization;
using System.Text.Json;

namespace Stele.Etcd.Wire;

/// <summary>How protobuf's JSON mapping writes what etcd takes: 64-bit numbers as strings, bytes as base64.</summary>
internal static class JsonWriting
{
    public static void WriteBytes(this Utf8JsonWriter json, JsonEncodedText field, ReadOnlyMemory<byte> value) =>
        json.WriteBase64String(field, value.Span);

    public static void WriteInt64(this Utf8JsonWriter json, JsonEncodedText field, long value)
    {
        Span<char> digits = stackalloc char[20];
        value.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
        json.WriteString(field, digits[..length]);
    }

    public static void WriteUInt64(this Utf8JsonWriter json, JsonEncodedText field, ulong value)
    {
        Span<char> digits = stackalloc char[20];
        value.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
        json.WriteString(field, digits[..length]);
    }
}
