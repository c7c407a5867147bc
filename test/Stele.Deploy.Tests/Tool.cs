namespace Stele.Deploy.Tests;

/// <summary>The <c>stele</c> tool, as its source has it.</summary>
internal static class Tool
{
    private static readonly Lazy<string> Source = new(() => string.Concat(Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "src/Stele.Cli"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)));

    /// <summary>Expects that the tool has each of the options among these arguments.</summary>
    public static void Has(IEnumerable<string> arguments)
    {
        var used = arguments.Where(one => one.StartsWith("--", StringComparison.Ordinal)).Distinct().ToList();
        Assert.NotEmpty(used);
        Assert.DoesNotContain(used, one => !Source.Value.Contains($"\"{one}\"", StringComparison.Ordinal));
    }
}
