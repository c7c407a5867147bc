namespace Stele.Scripting;

/// <summary>A JavaScript module.</summary>
/// <param name="Name">What errors call it.</param>
/// <param name="Source">Its text.</param>
public sealed record Script(string Name, string Source);
