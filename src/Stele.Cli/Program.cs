using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Stele.Cli;
using Stele.Cli.Backups;
using Stele.Cli.Bench.Servers;
using Stele.Cli.Commands;
using Stele.Cli.Configuration;
using Stele.Cli.Doctor;
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
    BackupCommand.Create(),
    RestoreCommand.Create(),
    DoctorCommand.Create(),
    AttestCommand.Create(),
    UserCommand.Create(),
    RoleCommand.Create(),
    NodeCommand.Create(),
    MemberCommand.Create(),
    ConfigCommand.Create(),
    BenchCommand.Create(),
    BareKestrel.Create(),
};

TeachingHelp.GiveTo(root);
ParseResult parsed;
try
{
    parsed = Parse(args);
}
catch (CommandFailedException failure)
{
    Console.Error.WriteLine(failure.Message);
    return failure.ExitCode;
}
if (parsed.Action is ParseErrorAction)
{
    foreach (var error in parsed.Errors) Console.Error.WriteLine(error.Message);
    foreach (var token in parsed.UnmatchedTokens.Where(token => token.StartsWith("--", StringComparison.Ordinal)))
        if (Spelling.Nearest(token, parsed.CommandResult.Command.Options.Select(option => option.Name)) is { } meant)
            Console.Error.WriteLine($"Did you mean {meant}?");
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

// What the environment and a file say of a node, as if the command line had said it.
ParseResult Parse(string[] arguments)
{
    var written = root.Parse(arguments);
    if (written.Action is TeachingHelp || NodeConfiguration.Of(written, Environment.GetEnvironmentVariables()) is not { } configuration)
        return written;
    foreach (var name in configuration.Unknown)
        Console.Error.WriteLine($"The environment has {name}, which is no option: it counts for nothing.");
    return root.Parse([.. arguments, .. configuration.Arguments]);
}

static string FullName(SymbolResult result) => result switch
{
    CommandResult { Command: not RootCommand } command => $"{FullName(command.Parent!)} {command.Command.Name}",
    _ => "stele",
};
