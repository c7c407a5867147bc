using System.Text;

namespace Stele.EndToEnd.Tests.AtRest;

/// <summary>Something secret, and the forms in which it might be found where it must not be.</summary>
/// <param name="Name">What it is, for a failure's message; never what it is worth.</param>
/// <param name="Bytes">The secret.</param>
internal sealed record Canary(string Name, byte[] Bytes)
{
    /// <summary>A canary of text.</summary>
    public static Canary OfText(string name, string text) => new(name, Encoding.ASCII.GetBytes(text));

    /// <summary>
    /// As it is; in hexadecimal; in base64 at each of its three alignments, the last characters left out, as they depend on
    /// what follows; in base64url; and all of these in UTF-16.
    /// </summary>
    public IEnumerable<(string Form, byte[] Needle)> Forms()
    {
        yield return ("raw", Bytes);
        if (Bytes.All(one => one < 0x80)) yield return ("UTF-16", Wide(Encoding.ASCII.GetString(Bytes)));
        foreach (var (form, text) in Texts())
        {
            yield return (form, Encoding.ASCII.GetBytes(text));
            yield return (form + " in UTF-16", Wide(text));
        }
    }

    private IEnumerable<(string Form, string Text)> Texts()
    {
        yield return ("hex", Convert.ToHexStringLower(Bytes));
        yield return ("HEX", Convert.ToHexString(Bytes));
        for (var skipped = 0; skipped < 3; skipped++)
        {
            var base64 = Convert.ToBase64String(Bytes, skipped, (Bytes.Length - skipped) / 3 * 3);
            yield return ($"base64, {skipped}", base64);
            var url = base64.Replace('+', '-').Replace('/', '_');
            if (url != base64) yield return ($"base64url, {skipped}", url);
        }
    }

    private static byte[] Wide(string text) => Encoding.Unicode.GetBytes(text);
}
