using Stele.Client.Tests.Support;

namespace Stele.Client.Tests;

/// <summary>The public API stands in a file, so that a change of it shows in review.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void It_is_the_one_that_is_written_down()
    {
        var file = Path.Combine(Repository.Root, "src", "Stele.Client", "PublicApi.txt");
        var actual = PublicApi.Of(typeof(LedgerClient).Assembly);
        if (Environment.GetEnvironmentVariable("TEST_WRITE_DOCS") == "1") File.WriteAllText(file, actual);
        Assert.Equal(File.ReadAllText(file), actual, ignoreLineEndingDifferences: true);
    }
}
