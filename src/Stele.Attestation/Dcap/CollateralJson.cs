using System.Globalization;
using System.Text.Json;
using Stele.Attestation.Formats;

namespace Stele.Attestation.Dcap;

/// <summary>Reads the values that Intel's statements are made of.</summary>
internal static class CollateralJson
{
    /// <summary>The most items that a list may have.</summary>
    private const int ItemsMax = 512;

    /// <summary>A member of hexadecimal digits, of a fixed number of bytes.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static byte[] Hex(JsonElement element, string name, int length)
    {
        var text = EvidenceJson.Text(element, name);
        return text.Length == 2 * length ? Convert.FromHexString(text) : throw new FormatException($"\"{name}\" has not {length} bytes.");
    }

    /// <summary>A member that is a number from 0 on.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static int Number(JsonElement element, string name, int max) =>
        EvidenceJson.Member(element, name, JsonValueKind.Number).TryGetInt32(out var number) && number >= 0 && number <= max
            ? number
            : throw new FormatException($"\"{name}\" is out of range.");

    /// <summary>A member that is a moment in UTC, as 2026-10-20T00:00:00Z.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static DateTimeOffset Moment(JsonElement element, string name) => DateTimeOffset.TryParseExact(
        EvidenceJson.Text(element, name), "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal, out var moment)
        ? moment
        : throw new FormatException($"\"{name}\" is no moment.");

    /// <summary>The objects of a member that is a list.</summary>
    /// <exception cref="FormatException">It is not, or one item is none, or there are too many.</exception>
    public static IEnumerable<JsonElement> Objects(JsonElement element, string name)
    {
        var list = EvidenceJson.Member(element, name, JsonValueKind.Array);
        if (list.GetArrayLength() > ItemsMax) throw new FormatException($"\"{name}\" has over {ItemsMax} items.");
        foreach (var item in list.EnumerateArray())
            yield return item.ValueKind == JsonValueKind.Object ? item : throw new FormatException($"\"{name}\" has an odd item.");
    }

    /// <summary>The texts of a member that is a list; none where there is no such member.</summary>
    /// <exception cref="FormatException">One item is no text, or there are too many.</exception>
    public static IReadOnlyList<string> Texts(JsonElement element, string name)
    {
        if (!EvidenceJson.TryGet(element, name, JsonValueKind.Array, out var list)) return [];
        if (list.GetArrayLength() > ItemsMax) throw new FormatException($"\"{name}\" has over {ItemsMax} items.");
        return [.. list.EnumerateArray().Select(item => TextOf(item, name))];
    }

    private static string TextOf(JsonElement item, string name)
    {
        try
        {
            return item.ValueKind == JsonValueKind.String ? item.GetString()! : throw new FormatException($"\"{name}\" has an odd item.");
        }
        catch (InvalidOperationException fault)
        {
            throw new FormatException($"\"{name}\" is not valid Unicode.", fault);
        }
    }
}
