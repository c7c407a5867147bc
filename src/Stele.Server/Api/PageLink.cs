using System.Text;
using System.Text.Json;

namespace Stele.Server.Api;

/// <summary>
/// The link to a next page: a relative path with its query, built anew from what the call means and never from its text
/// (one client adds a parameter on each turn, and the text would grow without end).
/// </summary>
internal static class PageLink
{
    /// <summary>The parameter that says behind which name a page of names starts.</summary>
    public const string AfterName = "after";

    /// <summary>How many names stand on a page of collections or users.</summary>
    public const int NamesPerPage = 1000;

    /// <summary>Writes the link's member, under the name that the version gives it.</summary>
    public static void Write(
        Utf8JsonWriter json, Call call, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var link = new StringBuilder(call.Operation.Path.ToString());
        link.Append("?api-version=").Append(call.Version.Name);
        foreach (var (name, value) in parameters)
            if (value is not null) link.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        json.WriteString(call.Version.NextLinkName, link.ToString());
    }
}
