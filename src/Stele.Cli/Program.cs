using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Stele.Cli;
using Stele.Cli.Bench.Servers;
using Stele.Cli.Commands;
using Stele.Cli.Members;
using Stele.Cli.Output;

var root = new RootCommand(
    $"""
    stele: a confidential ledger, on machines of your own.

    stele up                              start a ledger here
    stele append "hello"                  append an entry
    stele receipt 2.5 -o receipt.json     fetch the proof of an entry
    stele verify receipt.json             check it, offline

    {ExitCode.Explained}
    """)
{
    UpCommand.Create(),
    RecoverCommand.Create(),
    AppendCommand.Create(),
    GetCommand.Create(),
    ListCommand.Create(),
    CollectionsCommand.Create(),
    StatusCommand.Create(),
    ReceiptCommand.Create(),
    VerifyCommand.Create(),
    AuditCommand.Create(),
    AttestCommand.Create(),
    UserCommand.Create(),
    NodeCommand.Create(),
    MemberCommand.Create(),
    BenchCommand.Create(),
    BareKestrel.Create(),
};

TeachingHelp.GiveTo(root);
var parsed = root.Parse(args);
if (parsed.Action is ParseErrorAction)
{
    foreach (var error in parsed.Errors) Console.Error.WriteLine(error.Message);
    Console.Error.WriteLine($"Try: {FullName(parsed.CommandResult)} --help");
    return ExitCode.Usage;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        // A node makes durable and signs what it has taken before it ends.
        ProcessTerminationTimeout = TimeSpan.FromSeconds(
            parsed.CommandResult.Command.Name is "up" or "start" or "join" or "recover" ? 60 : 2),
    });
}
catch (CommandFailedException failure)
{
    Console.Error.WriteLine(failure.Message);
    return failure.ExitCode;
}
catch (OperationCanceledException)
{
    return ExitCode.Interrupted;
}
catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(fault.Message);
    return ExitCode.Failed;
}

static string FullName(SymbolResult result) => result switch
{
    CommandResult { Command: not RootCommand } command => $"{FullName(command.Parent!)} {command.Command.Name}",
    _ => "stele",
};
