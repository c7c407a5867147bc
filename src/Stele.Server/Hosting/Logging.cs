using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Stele.Server.Hosting;

/// <summary>Where the server's messages go: to standard error, so that standard output is the caller's.</summary>
internal static class Logging
{
    /// <summary>Makes loggers for messages of a level or above.</summary>
    public static ILoggerFactory To(LogLevel level) => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(level);
        // What the web server says of each connection is of no use to an operator.
        logging.AddFilter("Microsoft", level < LogLevel.Information ? level : LogLevel.Error);
        // A start that fails is told by whoever started it, in one sentence.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        logging.AddSimpleConsole(console => console.SingleLine = true);
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    });
}
