using System.Text;

namespace Stele.Server.Tests.Governing;

/// <summary>Damages messages by chance, in ways that parsers have trouble with; the same seed damages the same way.</summary>
internal sealed class Damage(ulong seed)
{
    // What JSON allows and readers do not expect, or what it does not allow and lax readers take.
    private static readonly string[] OddValues =
    [
        "\"\\ud800\"", "\"a\\udfffb\"", "\"\\ud800\\ud800\"", "\"\\u0000\"", "\"\\ufffe\"", "\"\\x41\"", "\"\u2028\"", "1e999", "-1e999",
        "1e-999", "-0", "0.1e1", "01", "+1", "NaN", "Infinity", "0x10", "9223372036854775808", "18446744073709551616", "null", "true",
        "[]", "{}", "[[]]", "{\"\":{}}", "\"\"", "\"__proto__\"", "{\"__proto__\":{\"polluted\":true}}", "{\"toString\":1}",
        "{\"length\":4294967295}", "{\"\\ud800\":1}", "undefined", "'a'", "/**/1", "\"\t\"", "\"", "{", "[", "}", "]", ",", ":",
    ];

    private ulong _state = seed | 1;

    /// <summary>A number below another one.</summary>
    public int Next(int below)
    {
        _state ^= _state << 13;
        _state ^= _state >> 7;
        _state ^= _state << 17;
        return (int)((_state >> 11) % (ulong)below);
    }

    /// <summary>CBOR that was changed, cut, put together anew, or nested deeper than anybody means it.</summary>
    public byte[] Cbor(byte[] good)
    {
        var bytes = good.ToList();
        for (var left = Next(3) + 1; left > 0; left--)
        {
            var at = Next(bytes.Count + 1);
            switch (Next(7))
            {
                case 0: bytes.RemoveRange(at, Math.Min(Next(20), bytes.Count - at)); break;
                case 1: bytes.InsertRange(at, Head()); break;
                case 2: bytes.InsertRange(at, bytes.GetRange(0, at).TakeLast(Next(20) + 1).ToList()); break;
                case 3: bytes.InsertRange(at, Enumerable.Repeat((byte)(Next(2) == 0 ? 0x81 : 0x9f), Next(5000))); break;
                case 4: bytes.InsertRange(Math.Min(at, 4), Enumerable.Repeat((byte)0xd2, Next(2000))); break;
                case 5 when at < bytes.Count: bytes[at] = (byte)Next(256); break;
                default:
                    if (at < bytes.Count) bytes[at] = (byte)((Next(8) << 5) | (24 + Next(8)));
                    break;
            }
        }
        return [.. bytes];
    }

    /// <summary>JSON in UTF-8 of which some part is odd; it may be as good as it was.</summary>
    public byte[] Json(string good)
    {
        var text = good;
        for (var left = Next(2) + 1; left > 0; left--)
        {
            text = Next(9) switch
            {
                0 or 1 or 2 => WithValue(text, OddValues[Next(OddValues.Length)]),
                3 => WithValue(text, Nested(Next(3) == 0 ? 3000 : Next(200) + 1)),
                4 => WithValue(text, new string('9', Next(400) + 1)),
                5 => Doubled(text),
                6 => text[..Next(text.Length + 1)],
                7 => text.Insert(Next(text.Length + 1), OddValues[Next(OddValues.Length)]),
                _ => Nested(Next(100), text),
            };
        }
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > 0 && Next(5) == 0) bytes[Next(bytes.Length)] = (byte)(0x80 + Next(128));
        return Next(20) == 0 ? [0xef, 0xbb, 0xbf, .. bytes] : bytes;
    }

    private byte[] Head() => Next(5) switch
    {
        0 => [0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        1 => [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        2 => [0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        3 => [0x63, 0xed, 0xa0, 0x80],
        _ => [(byte)Next(256)],
    };

    private string Nested(int depth, string inner = "") => Next(2) == 0
        ? new string('[', depth) + inner + new string(']', depth)
        : string.Concat(Enumerable.Repeat("{\"a\":", depth)) + (inner.Length == 0 ? "1" : inner) + new string('}', depth);

    // In the place of one of its values: what stands behind a colon, a comma or a bracket.
    private string WithValue(string text, string value)
    {
        var starts = Enumerable.Range(0, text.Length).Where(i => text[i] is ':' or ',' or '[').ToList();
        if (starts.Count == 0) return value;
        var start = starts[Next(starts.Count)] + 1;
        var end = text.AsSpan(start).IndexOfAny(",]}") is >= 0 and var length ? start + length : text.Length;
        return string.Concat(text.AsSpan(0, start), value, text.AsSpan(Next(6) == 0 ? start : end));
    }

    private string Doubled(string text)
    {
        var open = text.IndexOf('{', StringComparison.Ordinal);
        var member = text.IndexOf(',', StringComparison.Ordinal) is > 0 and var end ? text[(open + 1)..end] : "\"actions\":[]";
        return open < 0 ? text + text : text.Insert(open + 1, (Next(2) == 0 ? member : "\"actions\":null") + ",");
    }
}
