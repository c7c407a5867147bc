using System.CommandLine;

namespace Stele.Cli.Output;

/// <summary>A command whose help goes on after the options, with examples.</summary>
/// <param name="name">Its name.</param>
/// <param name="description">One line, which stands in its parent's help too.</param>
/// <param name="lesson">What its own help ends with.</param>
internal sealed class TaughtCommand(string name, string description, string lesson) : Command(name, description)
{
    public string Lesson { get; } = lesson;
}
