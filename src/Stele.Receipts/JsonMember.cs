using System.Text.Json;
using Stele.Cryptography;

namespace Stele.Receipts;

/// <summary>A value in a JSON document that says by name what is wrong with it.</summary>
internal readonly record struct JsonMember(string Name, JsonElement Value)
{
    public string Text() =>
        Value.ValueKind == JsonValueKind.String ? Value.GetString()! : throw Wrong("a string");

    public Digest Digest() =>
        Value.ValueKind == JsonValueKind.String && Cryptography.Digest.TryParseHex(Value.GetString(), out var digest)
            ? digest
            : throw Wrong("a SHA-256 digest: 64 hexadecimal digits");

    public ReadOnlyMemory<byte> Base64()
    {
        var text = Text();
        if (text.Length > 0 && Value.TryGetBytesFromBase64(out var bytes)
            && Convert.ToBase64String(bytes) == text)
            return bytes;
        throw Wrong("Base64 with its padding");
    }

    public IEnumerable<JsonMember> Array(int lengthMax)
    {
        if (Value.ValueKind != JsonValueKind.Array) throw Wrong("an array");
        if (Value.GetArrayLength() > lengthMax) throw Wrong($"an array of at most {lengthMax}");
        return Elements(Name, Value);
    }

    /// <summary>The value as an object; where names are given, no others may be in it.</summary>
    public JsonObjectMember Object(params ReadOnlySpan<string> only)
    {
        if (Value.ValueKind != JsonValueKind.Object) throw Wrong("an object");
        var members = new Dictionary<string, JsonMember>(StringComparer.Ordinal);
        foreach (var property in Value.EnumerateObject())
        {
            var name = CamelCase(property.Name);
            if (only.Length > 0 && !only.Contains(name))
                throw new FormatException($"{Name} has a member {property.Name}, which does not belong there.");
            if (!members.TryAdd(name, new JsonMember($"{Name}.{name}", property.Value)))
                throw new FormatException($"{Name} has member {name} twice.");
        }
        return new JsonObjectMember(Name, members);
    }

    private static IEnumerable<JsonMember> Elements(string name, JsonElement array)
    {
        var index = 0;
        foreach (var element in array.EnumerateArray()) yield return new JsonMember($"{name}[{index++}]", element);
    }

    private static string CamelCase(string name)
    {
        var parts = name.Split('_');
        return parts[0] + string.Concat(parts.Skip(1).Select(part => part.Length == 0 ? "_" : char.ToUpperInvariant(part[0]) + part[1..]));
    }

    private FormatException Wrong(string right) => new($"{Name} must be {right}.");
}

/// <summary>The members of a JSON object.</summary>
internal sealed class JsonObjectMember(string name, IReadOnlyDictionary<string, JsonMember> members)
{
    public bool Has(string member) => members.ContainsKey(member);

    public JsonMember Required(string member) =>
        members.TryGetValue(member, out var found) ? found : throw new FormatException($"{name} has no {member}.");

    public JsonMember? Optional(string member) => members.TryGetValue(member, out var found) ? found : null;
}
