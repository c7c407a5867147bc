using System.Collections;
using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Stele.Cli.Backups;
using Stele.Cli.Bench.Servers;
using Stele.Cli.Commands;
using Stele.Cli.Configuration;
using Stele.Cli.Doctor;
using Stele.Cli.Members;
using Stele.Cli.Output;

namespace Stele.Cli;

/// <summary>One call of the tool: its arguments are read, and then what they say is done.</summary>
/// <param name="output">Where help and settings are written.</param>
/// <param name="errors">Where it is said what is wrong.</param>
/// <param name="environment">The variables that say how a node is configured.</param>
internal sealed class ToolCall(TextWriter output, TextWriter errors, IDictionary environment)
{
    /// <summary>All commands. There is one such tree in a process: their options are shared, and take their rules once.</summary>
    public static RootCommand Root { get; } = CreateRoot();

    /// <summary>The variables of the call that a command is part of.</summary>
    public static IDictionary EnvironmentOf(ParseResult parsed) => ((Surroundings)parsed.InvocationConfiguration).Environment;

    /// <summary>Reads the arguments and does what they say.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string[] arguments) =>
        Read(arguments, out var exitCode) is { } parsed ? await InvokeAsync(parsed) : exitCode;

    /// <summary>Reads the arguments, and does nothing yet.</summary>
    /// <returns>What is to be done; null where that cannot be understood, and has been said.</returns>
    public ParseResult? Read(string[] arguments, out int exitCode)
    {
        exitCode = ExitCode.Usage;
        try
        {
            var parsed = Parse(arguments);
            if (parsed.Action is not ParseErrorAction) return parsed;
            SayWhatIsWrong(parsed);
        }
        catch (CommandFailedException failure)
        {
            errors.WriteLine(failure.Message);
            exitCode = failure.ExitCode;
        }
        return null;
    }

    /// <summary>Does what has been read.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> InvokeAsync(ParseResult parsed)
    {
        try
        {
            return await parsed.InvokeAsync(new Surroundings(environment)
            {
                Output = output,
                Error = errors,
                EnableDefaultExceptionHandler = false,
                // A node makes durable and signs what it has taken before it ends.
                ProcessTerminationTimeout = TimeSpan.FromSeconds(
                    parsed.CommandResult.Command.Name is "up" or "start" or "join" or "recover" ? 60 : 2),
            });
        }
        catch (CommandFailedException failure)
        {
            await errors.WriteLineAsync(failure.Message);
            return failure.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync(fault.Message);
            return ExitCode.Failed;
        }
    }

    // What the environment and a file say of a node, as if the command line had said it.
    private ParseResult Parse(string[] arguments)
    {
        var written = Root.Parse(arguments);
        if (written.Action is TeachingHelp || NodeConfiguration.Of(written, environment) is not { } configuration) return written;
        foreach (var name in configuration.Unknown)
            errors.WriteLine($"The environment has {name}, which is no option: it counts for nothing.");
        return Root.Parse([.. arguments, .. configuration.Arguments]);
    }

    private void SayWhatIsWrong(ParseResult parsed)
    {
        foreach (var error in parsed.Errors) errors.WriteLine(error.Message);
        foreach (var token in parsed.UnmatchedTokens.Where(token => token.StartsWith("--", StringComparison.Ordinal)))
            if (Spelling.Nearest(token, parsed.CommandResult.Command.Options.Select(option => option.Name)) is { } meant)
                errors.WriteLine($"Did you mean {meant}?");
        errors.WriteLine($"Try: {FullName(parsed.CommandResult)} --help");
    }

    private static string FullName(SymbolResult result) => result switch
    {
        CommandResult { Command: not RootCommand } command => $"{FullName(command.Parent!)} {command.Command.Name}",
        _ => "stele",
    };

    private static RootCommand CreateRoot()
    {
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
        return root;
    }

    private sealed class Surroundings(IDictionary environment) : InvocationConfiguration
    {
        public IDictionary Environment => environment;
    }
}
