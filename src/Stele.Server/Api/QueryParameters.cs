using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Stele.Server.Api;

/// <summary>The parameters of a request's query, by their exact names.</summary>
internal sealed class QueryParameters
{
    private const string ApiVersionName = "api-version";

    private static readonly UTF8Encoding StrictUtf8 =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>Reads a query, with or without its question mark.</summary>
    /// <exception cref="RefusedException">It is no proper query, or names a parameter twice.</exception>
    public static QueryParameters Parse(string? query)
    {
        var parameters = new QueryParameters();
        foreach (var part in (query ?? "").TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = Decode(equals < 0 ? part : part[..equals]);
            parameters.Add(name, equals < 0 ? "" : Decode(part[(equals + 1)..]));
        }

        return parameters;
    }

    /// <summary>The version that the query asks for.</summary>
    /// <exception cref="RefusedException">It names none, or one that there is not.</exception>
    public ApiVersion Version()
    {
        if (!TryGet(ApiVersionName, out var name) || name.Length == 0)
        {
            throw RefusedException.Input(
                $"The query parameter api-version is missing; add one of {ApiVersion.Names(ApiVersion.All)}.",
                ErrorCodes.MissingApiVersionParameter);
        }

        return ApiVersion.TryParse(name, out var version) ? version : throw RefusedException.Input(
            $"This api-version is not supported; the supported ones are {ApiVersion.Names(ApiVersion.All)}.",
            ErrorCodes.UnsupportedApiVersionValue);
    }

    /// <summary>Finds a parameter's value.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out string? value) => _values.TryGetValue(name, out value);

    /// <summary>Refuses whatever an operation does not have: a misspelt collection must not write to another.</summary>
    /// <exception cref="RefusedException">The query has such a parameter.</exception>
    public void RefuseOthers(Operation operation, ApiVersion version)
    {
        foreach (var name in _values.Keys.Where(name => name != ApiVersionName))
        {
            if (operation.Parameters.Any(parameter => parameter.Is(name, version))) continue;
            var known = operation.Parameters.FirstOrDefault(parameter => parameter.Name == name);
            var here = operation.Parameters.Where(parameter => parameter.Is(parameter.Name, version));
            var allowed = here.Select(parameter => parameter.Name).Prepend(ApiVersionName);
            throw RefusedException.Parameter(
                (known is null
                    ? $"The query parameter {Shown(name)} is unknown here"
                    : $"The query parameter {name} is not in api-version {version} (it is in {known.VersionNames})")
                + $"; this operation takes {string.Join(", ", allowed)}.");
        }
    }

    private static string Shown(string name) =>
        name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@')
            ? name
            : "in this query";

    private static string Decode(string text)
    {
        if (Ascii.IsValid(text) && text.AsSpan().IndexOfAny('%', '+') < 0) return text;
        try
        {
            return PercentDecode(text);
        }
        catch (FormatException)
        {
            throw RefusedException.Parameter(
                "The query is not properly encoded: each % is followed by two hexadecimal digits.");
        }
        catch (DecoderFallbackException)
        {
            throw RefusedException.Parameter("The query is not properly encoded: its bytes must be UTF-8.");
        }
    }

    private static string PercentDecode(string text)
    {
        var bytes = new byte[StrictUtf8.GetMaxByteCount(text.Length)];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                if (i + 2 >= text.Length) throw new FormatException("A percent sign without two digits.");
                bytes[length++] = Convert.FromHexString(text.AsSpan(i + 1, 2))[0];
                i += 2;
            }
            else
            {
                if (!char.IsAscii(text[i])) throw new FormatException("A character that is not encoded.");
                bytes[length++] = text[i] is '+' ? (byte)' ' : (byte)text[i];
            }
        }

        return StrictUtf8.GetString(bytes, 0, length);
    }

    private void Add(string name, string value)
    {
        if (_values.TryAdd(name, value)) return;
        // One client repeats api-version on each link that it follows.
        if (name == ApiVersionName && _values[name] == value) return;
        throw RefusedException.Parameter($"The query parameter {Shown(name)} is given more than once; give it once.");
    }
}
