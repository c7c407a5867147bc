using System.Reflection;
using System.Text;
using Microsoft.Extensions.Logging;
using Stele.Server.Hosting;

namespace Stele.Server.Tests.Telemetry;

/// <summary>docs/logs.md is made from the messages themselves.</summary>
public sealed class LogDocumentTests
{
    private const string Introduction =
        "# What a node logs\n\n"
        + "Made from the messages in the sources; a test fails when they differ. A message's number stays its own, so that rules may "
        + "rest on it.\n\n"
        + "A node logs to standard error, from `--log-level` (warning) on. `--log-format json` makes each message one line of JSON: "
        + "`Timestamp` (UTC), `EventId`, `LogLevel`, `Category`, `Message`, and each of its parameters under `State`.\n\n"
        + "Messages have no contents of entries, no names of collections, no tags and no secrets, at any level; a test looks for them at "
        + "`trace`. What the web server could say of single requests is left out for that reason.\n\n"
        + "| id | level | message |\n|---|---|---|\n";

    private static string DocumentPath => Path.Combine(Repository.Root, "docs", "logs.md");

    [Fact]
    public void The_document_says_what_the_messages_say()
    {
        if (Environment.GetEnvironmentVariable("TEST_WRITE_DOCS") is not null) File.WriteAllText(DocumentPath, Text());
        Assert.True(
            File.ReadAllText(DocumentPath) == Text(),
            "docs/logs.md is not what the messages say. Run this test with TEST_WRITE_DOCS=1 to write it anew.");
    }

    [Fact]
    public void No_two_messages_have_one_number() =>
        Assert.All(Messages().GroupBy(message => message.EventId), same => Assert.Single(same));

    private static IEnumerable<LoggerMessageAttribute> Messages() =>
        typeof(LedgerHost).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>();

    private static string Text()
    {
        var text = new StringBuilder(Introduction);
        foreach (var message in Messages().OrderBy(message => message.EventId))
            text.Append($"| {message.EventId} | {message.Level} | {message.Message} |\n");
        return text.ToString();
    }
}
