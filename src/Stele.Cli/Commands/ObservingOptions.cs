using System.CommandLine;
using System.Net;
using Microsoft.Extensions.Logging;
using Stele.Server.Hosting;

namespace Stele.Cli.Commands;

/// <summary>The options by which a node is watched: its log, its metrics.</summary>
internal static class ObservingOptions
{
    private static readonly string[] Levels = [.. Enum.GetNames<LogLevel>().Select(name => name.ToLowerInvariant())];
    private static readonly string[] Formats = [.. Enum.GetNames<LogFormat>().Select(name => name.ToLowerInvariant())];

    private static readonly Option<string> Level = new("--log-level")
    {
        Description = $"the least level of what the node logs: {string.Join(", ", Levels)}",
        DefaultValueFactory = _ => "warning",
        HelpName = "LEVEL",
    };

    private static readonly Option<string> Format = new("--log-format")
    {
        Description = "a line for each message, as text or as json",
        DefaultValueFactory = _ => "text",
        HelpName = "FORMAT",
    };

    /// <summary>The port of metrics and probes.</summary>
    public static readonly Option<int?> MetricsPort = new("--metrics-port")
    {
        Description = "the port of Prometheus metrics and probes, in clear; 0 for any free one [none]",
        HelpName = "N",
    };

    private static readonly Option<string> MetricsAddress = new("--metrics-address")
    {
        Description = "the address that metrics and probes listen on",
        DefaultValueFactory = _ => "127.0.0.1",
        HelpName = "IP",
    };

    static ObservingOptions()
    {
        Level.MustBe(text => Levels.Contains(text, StringComparer.OrdinalIgnoreCase), $"one of {string.Join(", ", Levels)}");
        Format.MustBe(text => Formats.Contains(text, StringComparer.OrdinalIgnoreCase), $"one of {string.Join(", ", Formats)}");
        MetricsPort.MustBe(port => port is >= IPEndPoint.MinPort and <= IPEndPoint.MaxPort, "a port: 0 to 65535");
        MetricsAddress.MustBe(text => IPAddress.TryParse(text, out _), "an IP address, as 0.0.0.0");
    }

    public static IReadOnlyList<Option> All { get; } = [Level, Format, MetricsPort, MetricsAddress];

    /// <summary>What a command line says by them.</summary>
    public static LedgerHostOptions Put(LedgerHostOptions options, ParseResult parsed) => options with
    {
        Log = Enum.Parse<LogLevel>(parsed.GetRequiredValue(Level), ignoreCase: true),
        LogFormat = Enum.Parse<LogFormat>(parsed.GetRequiredValue(Format), ignoreCase: true),
        MetricsPort = parsed.GetValue(MetricsPort),
        MetricsAddress = parsed.GetRequiredValue(MetricsAddress),
    };
}
