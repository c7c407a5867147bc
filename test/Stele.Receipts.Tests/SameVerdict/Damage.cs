using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Stele.Receipts.Tests.SameVerdict;

/// <summary>What can be done to a receipt's JSON in one place.</summary>
internal static class Damage
{
    private static readonly string[] Others =
        ["null", "5", "\"\"", "\"x\"", "[]", "{}", "[[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]]", "true", "1e400"];

    /// <summary>Damages a receipt in one place; some damage does not matter to anyone.</summary>
    /// <param name="random">What decides.</param>
    /// <param name="json">The receipt, which is changed.</param>
    /// <param name="alsoEndorsements">Whether a damaged endorsement is noticed; not where nobody looks at all of it.</param>
    public static void Do(Random random, JsonObject json, bool alsoEndorsements)
    {
        var values = Values(json).Where(value => alsoEndorsements || !IsEndorsement(value)).ToList();
        var strings = values.Where(value => value is JsonValue text && text.TryGetValue<string>(out _)).ToList();
        var some = values[random.Next(values.Count)];
        var text = strings[random.Next(strings.Count)];
        var was = text.GetValue<string>();
        switch (random.Next(7))
        {
            case 0 or 1: text.ReplaceWith(OtherCharacter(random, was)); break;
            case 2: text.ReplaceWith(OtherByte(random, was)); break;
            case 3: some.ReplaceWith(JsonNode.Parse(Others[random.Next(Others.Length)])); break;
            case 4: Remove(some); break;
            case 5: Snake(random, Objects(json)); break;
            default: Add(random, Objects(json), some); break;
        }
    }

    private static bool IsEndorsement(JsonNode value) => value.GetPath().Contains("ndorsements[", StringComparison.Ordinal);

    /// <summary>The text with one character changed into another: a digit, a letter or any.</summary>
    private static string OtherCharacter(Random random, string text)
    {
        if (text.Length == 0) return "0";
        var at = random.Next(text.Length);
        const string Characters = "0123456789abcdefABCDEFGHxyz+/=-_ \n\0é";
        return text[..at] + Characters[random.Next(Characters.Length)] + text[(at + 1)..];
    }

    /// <summary>The text with one bit changed in what it encodes: PEM, hexadecimal or Base64.</summary>
    private static string OtherByte(Random random, string text)
    {
        if (text.StartsWith("-----", StringComparison.Ordinal))
        {
            var pem = PemEncoding.Find(text);
            return PemEncoding.WriteString("CERTIFICATE", Flipped(random, Convert.FromBase64String(text[pem.Base64Data])));
        }
        if (text.Length > 0 && text.Length % 2 == 0 && text.All(char.IsAsciiHexDigitLower))
            return Convert.ToHexStringLower(Flipped(random, Convert.FromHexString(text)));
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var size) && size > 0
            ? Convert.ToBase64String(Flipped(random, bytes[..size]))
            : OtherCharacter(random, text);
    }

    private static byte[] Flipped(Random random, byte[] bytes)
    {
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return bytes;
    }

    private static void Remove(JsonNode node)
    {
        if (node.Parent is JsonArray elements) elements.Remove(node);
        else node.Parent!.AsObject().Remove(node.GetPropertyName());
    }

    /// <summary>Writes one object's names in snake case, as older services do.</summary>
    private static void Snake(Random random, List<JsonObject> objects)
    {
        var chosen = objects[random.Next(objects.Count)];
        foreach (var (name, value) in chosen.ToList())
        {
            chosen.Remove(name);
            chosen[string.Concat(name.Select(c => char.IsUpper(c) ? $"_{char.ToLowerInvariant(c)}" : $"{c}"))] = value;
        }
    }

    /// <summary>Adds a member that does not belong there, or says one twice.</summary>
    private static void Add(Random random, List<JsonObject> objects, JsonNode some)
    {
        var chosen = objects[random.Next(objects.Count)];
        string[] names = ["more", "leaf_components", "left", "right", "_kind", "service_endorsements", "Cert"];
        chosen[names[random.Next(names.Length)]] = some.DeepClone();
    }

    private static List<JsonObject> Objects(JsonObject json) => [json, .. Values(json).OfType<JsonObject>()];

    private static IEnumerable<JsonNode> Values(JsonNode node)
    {
        var inner = node switch
        {
            JsonObject members => members.Select(member => member.Value),
            JsonArray elements => elements,
            _ => [],
        };
        return inner.OfType<JsonNode>().SelectMany(value => Values(value).Prepend(value));
    }
}
