using System.Text;

namespace Stele.Cli.Bench;

/// <summary>What entries are made of under load.</summary>
internal static class EntryText
{
    private const string Letters = "0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary>A text of so many bytes; the same each time.</summary>
    public static string Of(int bytes) => string.Create(bytes, 0, (text, _) =>
    {
        for (var i = 0; i < text.Length; i++) text[i] = Letters[i % Letters.Length];
    });

    /// <summary>The body of a request that appends it.</summary>
    public static byte[] Body(int bytes) => Encoding.ASCII.GetBytes($$"""{"contents":"{{Of(bytes)}}"}""");
}
