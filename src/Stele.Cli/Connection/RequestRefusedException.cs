namespace Stele.Cli.Connection;

/// <summary>The ledger refused what it was asked for.</summary>
/// <param name="code">The error's code, by which callers know a refusal that they have an answer to.</param>
/// <param name="message">What went wrong, in the ledger's words.</param>
internal sealed class RequestRefusedException(string code, string message) : CommandFailedException(message, Cli.ExitCode.Failed)
{
    public string Code { get; } = code;
}
