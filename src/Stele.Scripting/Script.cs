namespace Stele.Scripting;

/// <summary>A JavaScript module.</summary>
/// <param name="Name">What errors call it.</param>
/// <param name="Source">Its text.</param>
public sealed record Script(string Name, string Source)
{
    /// <summary>
    /// The text of a module that this one imports, or one that it imports does, by the name that the path leads to; null where there
    /// is none. Without it nothing can be imported.
    /// </summary>
    public Func<string, string?>? Imports { get; init; }
}
