namespace Stele.Server.Api;

/// <summary>A path, in which one segment may stand for any name: <c>/app/users/{userId}</c>.</summary>
internal sealed class PathTemplate
{
    private readonly string _text;
    private readonly string _prefix;
    private readonly string? _suffix;

    private PathTemplate(string text)
    {
        _text = text;
        var open = text.IndexOf('{', StringComparison.Ordinal);
        _prefix = open < 0 ? text : text[..open];
        _suffix = open < 0 ? null : text[(text.IndexOf('}', StringComparison.Ordinal) + 1)..];
    }

    /// <summary>Takes a text as a template.</summary>
    public static implicit operator PathTemplate(string text) => new(text);

    /// <summary>Whether a path is of this shape.</summary>
    /// <param name="path">The path, decoded.</param>
    /// <param name="value">What stands where the template has a name in braces; empty where it has none.</param>
    public bool Matches(string path, out string value)
    {
        value = "";
        if (_suffix is null) return path == _text;
        if (path.Length <= _prefix.Length + _suffix.Length) return false;
        if (!path.StartsWith(_prefix, StringComparison.Ordinal)) return false;
        if (!path.EndsWith(_suffix, StringComparison.Ordinal)) return false;
        value = path[_prefix.Length..^_suffix.Length];
        return !value.Contains('/', StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public override string ToString() => _text;
}
