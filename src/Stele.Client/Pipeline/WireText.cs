using System.Text;

namespace Stele.Client.Pipeline;

/// <summary>
/// Texts that go to the ledger as they are. The runtime's writers of JSON and of addresses put U+FFFD in the place of half a
/// surrogate pair, and what would be kept and proven for good is another text than the caller's.
/// </summary>
internal static class WireText
{
    /// <summary>The text itself.</summary>
    /// <exception cref="ArgumentException">It is null, or has half a surrogate pair: then it is no text in Unicode.</exception>
    public static string Demand(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text, name);
        for (var rest = text.AsSpan(); rest.Length > 0;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != System.Buffers.OperationStatus.Done)
                throw new ArgumentException($"It has half a surrogate pair at {text.Length - rest.Length}: no ledger can keep that.", name);
            rest = rest[length..];
        }
        return text;
    }
}
