using System.CommandLine;
using System.Text.Json;

namespace Stele.Cli.Configuration;

/// <summary>A configuration file: one JSON object, whose keys are the long names of options. Comments are allowed.</summary>
internal static class ConfigurationFile
{
    /// <summary>The name that is looked for in the data directory.</summary>
    public const string Name = "stele.json";

    /// <summary>Points editors at the schema, and is no setting.</summary>
    public const string SchemaKey = "$schema";

    private static readonly JsonDocumentOptions Format = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
        MaxDepth = 4,
    };

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="known">All options that can be configured, of any command.</param>
    /// <exception cref="ConfigurationException">It is no such file, or names what is no option.</exception>
    public static IReadOnlyList<Setting> Read(string path, IReadOnlyList<Option> known)
    {
        using var json = Parse(path);
        if (json.RootElement.ValueKind != JsonValueKind.Object)
            throw new ConfigurationException($$"""{{path}} must hold one JSON object, as {"port": 8443}.""");
        var byKey = known.DistinctBy(Setting.KeyOf).ToDictionary(Setting.KeyOf, StringComparer.Ordinal);
        var settings = new List<Setting>();
        foreach (var member in json.RootElement.EnumerateObject())
        {
            if (member.Name == SchemaKey) continue;
            if (!byKey.TryGetValue(member.Name, out var option)) throw Unknown(path, member.Name, byKey.Keys);
            settings.Add(new Setting(option, ValuesOf(path, member, option), new Origin.File(path)));
        }
        return settings;
    }

    private static JsonDocument Parse(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path), Format);
        }
        catch (JsonException fault)
        {
            throw new ConfigurationException($"{path} is not JSON: {fault.Message}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The configuration file cannot be read: {failure.Message}");
        }
    }

    private static string[] ValuesOf(string path, JsonProperty member, Option option)
    {
        var isList = option.ValueType == typeof(string[]);
        if (isList && member.Value.ValueKind == JsonValueKind.Array) return [.. member.Value.EnumerateArray().Select(One)];
        return [One(member.Value)];

        string One(JsonElement value) => (value.ValueKind, option.ValueType == typeof(bool)) switch
        {
            (JsonValueKind.True, true) => "true",
            (JsonValueKind.False, true) => "false",
            (JsonValueKind.Number, false) when !isList && option.ValueType != typeof(string) => value.GetRawText(),
            (JsonValueKind.String, false) when isList || option.ValueType == typeof(string) => value.GetString()!,
            _ => throw new ConfigurationException($"{member.Name} in {path} must be {Schema.TypeName(option)}, not {value.GetRawText()}."),
        };
    }

    private static ConfigurationException Unknown(string path, string key, IEnumerable<string> keys) =>
        new($"{path} has {key}, which is no option: "
            + (Spelling.Nearest(key, keys) is { } meant ? $"did you mean {meant}?" : "`stele config schema` names all that there are."));
}
