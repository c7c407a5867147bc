using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Stele.Cli.Output;

/// <summary>The help of System.CommandLine, and after it the command's lesson.</summary>
/// <param name="help">What writes the help.</param>
internal sealed class TeachingHelp(SynchronousCommandLineAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    /// <summary>Gives all commands below this one such a help.</summary>
    public static void GiveTo(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new TeachingHelp((SynchronousCommandLineAction)option.Action!);
    }

    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is TaughtCommand taught)
            parseResult.InvocationConfiguration.Output.WriteLine(taught.Lesson + Environment.NewLine);
        return code;
    }
}
