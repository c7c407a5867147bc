using System.Text;
using Stele.Cli.Bench.Load;

namespace Stele.Cli.Bench;

/// <summary>What entries are made of under load.</summary>
internal static class EntryText
{
    private const string Letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";

    /// <summary>
    /// A text of so many bytes; the same each time, and without repetitions: a database that compresses gains nothing.
    /// </summary>
    public static string Of(int bytes) => string.Create(bytes, new DrawnNumbers(bytes), (text, numbers) =>
    {
        for (var i = 0; i < text.Length; i++) text[i] = Letters[numbers.Below(Letters.Length)];
    });

    /// <summary>The body of a request that appends it.</summary>
    public static byte[] Body(int bytes) => Encoding.ASCII.GetBytes($$"""{"contents":"{{Of(bytes)}}"}""");
}
