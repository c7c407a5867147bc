using System.Text.Json;

namespace Stele.Deploy.Tests;

/// <summary>Short ways into JSON.</summary>
internal static class JsonPath
{
    /// <summary>The value at a path of names; fails where there is none.</summary>
    public static JsonElement At(this JsonElement element, string path)
    {
        foreach (var name in path.Split('.'))
        {
            Assert.True(element.TryGetProperty(name, out var inner), $"No {name} of {path} in {element}");
            element = inner;
        }
        return element;
    }

    /// <summary>The elements of the array under this name; none where there is none.</summary>
    public static IEnumerable<JsonElement> Each(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var array) ? array.EnumerateArray() : [];

    /// <summary>The value under this one name as text.</summary>
    public static string Text(this JsonElement element, string name) => element.GetProperty(name).ToString();

    /// <summary>An object of texts, as labels are.</summary>
    public static Dictionary<string, string> Map(this JsonElement element, string path) =>
        element.At(path).EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetString()!);
}
