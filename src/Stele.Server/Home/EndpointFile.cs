using System.Text.Json;

namespace Stele.Server.Home;

/// <summary>The file in a data directory that says where its node was listening when it last started.</summary>
/// <param name="Ledger">The ledger's address.</param>
/// <param name="Identity">The identity service's address.</param>
/// <param name="LedgerId">The ledger's name.</param>
public sealed record EndpointFile(Uri Ledger, Uri Identity, string LedgerId)
{
    private const string Name = "endpoint.json";

    /// <summary>Writes it.</summary>
    /// <param name="directory">The data directory.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string directory)
    {
        using var file = File.Create(Path.Combine(directory, Name));
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("ledger", Ledger.ToString());
        json.WriteString("identity", Identity.ToString());
        json.WriteString("ledgerId", LedgerId);
        json.WriteEndObject();
    }

    /// <summary>Reads it.</summary>
    /// <param name="directory">The data directory.</param>
    /// <returns>Null where there is none: no node has started here.</returns>
    /// <exception cref="FormatException">It is damaged; the message names it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static EndpointFile? Read(string directory)
    {
        var path = Path.Combine(directory, Name);
        if (!File.Exists(path)) return null;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = json.RootElement;
            return new EndpointFile(Address("ledger"), Address("identity"), Text("ledgerId"));

            Uri Address(string name) => new(Text(name), UriKind.Absolute);
            string Text(string name) => root.GetProperty(name).GetString() ?? throw new FormatException($"It says no {name}.");
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new FormatException($"{path} is damaged: {fault.Message.TrimEnd('.')}.", fault);
        }
    }
}
