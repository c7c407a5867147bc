using System.CommandLine;
using Stele.Cli.Configuration;

namespace Stele.Cli.Tests.Configuration;

/// <summary>docs/configuration.md and its schema are made from the commands' options, and say what those say.</summary>
public sealed class ConfigurationDocumentTests
{
    private const string Begin = "<!-- settings: made from the commands' options -->\n\n";
    private const string End = "\n<!-- settings end -->";

    private static RootCommand Root => ToolCall.Root;

    private static string DocumentPath => Path.Combine(Repository.Root, "docs", "configuration.md");

    private static string SchemaPath => Path.Combine(Repository.Root, "docs", "configuration.schema.json");

    private static bool Writes => Environment.GetEnvironmentVariable("TEST_WRITE_DOCS") is not null;

    [Fact]
    public void The_document_says_what_the_options_say()
    {
        var text = File.ReadAllText(DocumentPath);
        var (start, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        var right = text[..start] + SettingsTable.Text(Root) + text[end..];
        if (Writes) File.WriteAllText(DocumentPath, right);
        Assert.True(Writes || text == right, "docs/configuration.md is stale. Run this test with TEST_WRITE_DOCS=1 to write it anew.");
    }

    [Fact]
    public void The_schema_says_what_the_options_say()
    {
        var right = Schema.Text(Root);
        if (Writes) File.WriteAllText(SchemaPath, right);
        Assert.True(
            File.ReadAllText(SchemaPath) == right,
            "docs/configuration.schema.json is stale. Run this test with TEST_WRITE_DOCS=1 to write it anew.");
    }

    [Fact]
    public async Task The_tool_gives_the_schema_of_all_its_commands() =>
        Assert.Equal(Schema.Text(Root), (await SteleTool.RunAsync("config", "schema")).Ok().Output);
}
