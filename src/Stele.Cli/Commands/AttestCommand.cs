using System.CommandLine;

namespace Stele.Cli.Commands;

/// <summary><c>stele attest</c>: what enclave hardware says, judged.</summary>
internal static class AttestCommand
{
    public static Command Create() => new("attest", "Judge what enclave hardware says of what runs on it.")
    {
        AttestVerifyCommand.Create(),
    };
}
