using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Stele.Cli.Configuration;

/// <summary>What may stand in a configuration file, as JSON Schema, made from the commands' own options.</summary>
internal static class Schema
{
    private static readonly JsonWriterOptions Written = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Whether an option's type is one that a file can hold; the help's is not.</summary>
    public static bool IsKnown(Option option) => option is not System.CommandLine.Help.HelpOption && !option.Hidden;

    /// <summary>What a value must be, for an error.</summary>
    public static string TypeName(Option option) => TypeOf(option) switch
    {
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "array" => "a string, or a list of strings",
        _ => "a string",
    };

    /// <summary>Whether a value is of the option's type.</summary>
    public static bool IsOfType(Option option, string value) => TypeOf(option) switch
    {
        "boolean" => bool.TryParse(value, out _),
        "integer" => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        "number" => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _),
        _ => true,
    };

    /// <summary>The options of all commands that can be configured, once each, with the names of the commands that have them.</summary>
    public static IEnumerable<(Option Option, IReadOnlyList<string> Commands)> Options(Command root) =>
        from one in NodeConfiguration.Commands(root)
        from option in NodeConfiguration.OptionsOf(one.Command)
        where NodeConfiguration.IsLasting(option)
        group one.Name by option.Name into commands
        let option = NodeConfiguration.Commands(root).SelectMany(one => NodeConfiguration.OptionsOf(one.Command))
            .First(option => option.Name == commands.Key)
        select (option, (IReadOnlyList<string>)[.. commands]);

    /// <summary>The schema.</summary>
    public static string Text(Command root)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Written))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            json.WriteString("title", "The configuration of a Stele node");
            json.WriteString("type", "object");
            json.WriteBoolean("additionalProperties", false);
            json.WriteStartObject("properties");
            json.WriteStartObject(ConfigurationFile.SchemaKey);
            json.WriteString("type", "string");
            json.WriteEndObject();
            foreach (var (option, _) in Options(root)) Write(json, option);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    /// <summary>A switch's value, as JSON has it.</summary>
    public static string Text(bool flag) => flag ? "true" : "false";

    /// <summary>The type of an option, in the words of JSON Schema.</summary>
    public static string TypeOf(Option option)
    {
        var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        return type == typeof(bool) ? "boolean"
            : type == typeof(int) || type == typeof(long) ? "integer"
            : type == typeof(double) ? "number"
            : type == typeof(string[]) ? "array"
            : "string";
    }

    private static void Write(Utf8JsonWriter json, Option option)
    {
        json.WriteStartObject(Setting.KeyOf(option));
        json.WriteString("description", option.Description);
        if (TypeOf(option) == "array")
        {
            json.WriteStartArray("type");
            json.WriteStringValue("string");
            json.WriteStringValue("array");
            json.WriteEndArray();
            json.WriteStartObject("items");
            json.WriteString("type", "string");
            json.WriteEndObject();
        }
        else
        {
            json.WriteString("type", TypeOf(option));
        }
        WriteDefault(json, option);
        json.WriteEndObject();
    }

    private static void WriteDefault(Utf8JsonWriter json, Option option)
    {
        if (Setting.DefaultOf(option).Values is not [{ } value]) return;
        json.WritePropertyName("default");
        if (TypeOf(option) is "integer" or "number") json.WriteRawValue(value);
        else if (TypeOf(option) == "boolean") json.WriteBooleanValue(bool.Parse(value));
        else json.WriteStringValue(value);
    }
}
