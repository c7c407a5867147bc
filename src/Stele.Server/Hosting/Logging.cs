using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Stele.Server.Hosting;

/// <summary>Where the server's messages go: to standard error, so that standard output is the caller's.</summary>
internal static class Logging
{
    /// <summary>Makes loggers for messages of a level or above.</summary>
    public static ILoggerFactory To(LogLevel level, LogFormat format) => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(level);
        // What the web server says of each connection is of no use to an operator.
        logging.AddFilter("Microsoft", level < LogLevel.Information ? level : LogLevel.Error);
        // Requests' addresses name collections and tags, and requests that are none may hold anything.
        logging.AddFilter("Microsoft.AspNetCore.Hosting", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogLevel.None);
        // A start that fails is told by whoever started it, in one sentence.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        if (format == LogFormat.Json) logging.AddJsonConsole(AsJson);
        else logging.AddSimpleConsole(console => console.SingleLine = true);
        logging.Services.Configure<ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    });

    // A line for each message: Timestamp (UTC), EventId, LogLevel, Category, Message, and State with each of its parameters.
    private static void AsJson(JsonConsoleFormatterOptions console)
    {
        console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
        console.UseUtcTimestamp = true;
        console.JsonWriterOptions = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    }
}
