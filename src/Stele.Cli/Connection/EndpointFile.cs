using System.Text.Json;

namespace Stele.Cli.Connection;

/// <summary>The file in a data directory that says where its node was listening when it last started.</summary>
internal static class EndpointFile
{
    private const string Name = "endpoint.json";

    public static void Write(string data, string ledger, string identity, string ledgerId)
    {
        using var file = File.Create(Path.Combine(data, Name));
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("ledger", ledger);
        json.WriteString("identity", identity);
        json.WriteString("ledgerId", ledgerId);
        json.WriteEndObject();
    }

    public static (string Ledger, string Identity)? Read(string data)
    {
        var path = Path.Combine(data, Name);
        if (!File.Exists(path)) return null;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return (json.RootElement.GetProperty("ledger").GetString()!, json.RootElement.GetProperty("identity").GetString()!);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new CommandFailedException($"{path} is damaged; give --url instead, or start the node again.", ExitCode.Failed);
        }
    }
}
