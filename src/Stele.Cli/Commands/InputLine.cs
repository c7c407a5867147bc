namespace Stele.Cli.Commands;

/// <summary>A line that is to become an entry.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Text">What stands in it.</param>
/// <param name="End">Where the next line begins, in bytes of the input.</param>
internal readonly record struct InputLine(long Number, string Text, long End);
