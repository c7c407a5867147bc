namespace Stele.Server.Functions;

/// <summary>The name of a user-defined function: 1 to 128 letters, digits, dots, underscores, hyphens and tildes.</summary>
internal readonly record struct FunctionId
{
    /// <summary>The longest id in characters.</summary>
    public const int MaxLength = 128;

    private FunctionId(string value) => Value = value;

    /// <summary>The id's text.</summary>
    public string Value { get; }

    /// <summary>Reads an id.</summary>
    public static bool TryParse(string? text, out FunctionId id)
    {
        id = default;
        if (text is not { Length: > 0 and <= MaxLength }) return false;
        if (!text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '~')) return false;
        id = new FunctionId(text);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
