using Stele.Client.Tests.Support;

namespace Stele.Client.Tests;

/// <summary>What the README shows is compiled and run: its snippets are regions of the samples here.</summary>
public sealed class ReadmeTests
{
    [Theory]
    [InlineData("Stele.Client", 20)]
    [InlineData("Stele.Receipts", 1)]
    public void Its_snippets_are_those_of_the_samples(string project, int atLeast)
    {
        var readme = Path.Combine(Repository.Root, "src", project, "README.md");
        var text = File.ReadAllText(readme);
        var samples = Snippets.In(Path.Combine(Repository.Root, "test", "Stele.Client.Tests", "Samples"));
        var expected = Snippets.Fill(text, samples, out var count);
        if (Environment.GetEnvironmentVariable("TEST_WRITE_DOCS") == "1") File.WriteAllText(readme, expected);
        Assert.Equal(expected, File.ReadAllText(readme));
        Assert.True(count >= atLeast, $"{count} snippets");
        Assert.Equal(count, text.Split("```C#").Length - 1);
    }
}
