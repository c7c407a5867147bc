namespace Stele.Cli;

/// <summary>The command cannot be carried out; the message is for the person who gave it.</summary>
/// <param name="message">What went wrong, and what would be right.</param>
/// <param name="exitCode">What a script is told.</param>
internal class CommandFailedException(string message, int exitCode) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
