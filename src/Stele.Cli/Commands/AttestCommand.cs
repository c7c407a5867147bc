using System.CommandLine;
using Stele.Cli.Output;

namespace Stele.Cli.Commands;

/// <summary><c>stele attest</c>: what enclave hardware says, judged: of a node that is asked now, or in a folder.</summary>
internal static class AttestCommand
{
    public static Command Create()
    {
        var command = new TaughtCommand(
            "attest", "Judge what enclave hardware says of what runs on it.", AttestNodeCommand.Lesson)
        {
            AttestVerifyCommand.Create(),
        };
        AttestNodeCommand.AddTo(command);
        return command;
    }
}
