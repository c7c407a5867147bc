namespace Stele.Tidy.Tests;

/// <summary>What must not stand in the sources, and what must stand there once.</summary>
public sealed class ForbiddenTests
{
    /// <summary>Calls that the product must not make, each with what to do instead.</summary>
    public static TheoryData<string, string> Calls => new()
    {
        { "FlushToDisk(", "it hides a failed fsync: flush through Durable" },
        { "Flush(true)", "it hides a failed fsync: flush through Durable" },
        { "Flush(flushToDisk: true)", "it hides a failed fsync: flush through Durable" },
        { "DateTime.UtcNow", "ask the injected TimeProvider" },
        { "DateTime.Now", "ask the injected TimeProvider" },
        { "DateTimeOffset.UtcNow", "ask the injected TimeProvider" },
        { "DateTimeOffset.Now", "ask the injected TimeProvider" },
        { "new Random", "keys and ids come from RandomNumberGenerator" },
        { "Random.Shared", "keys and ids come from RandomNumberGenerator" },
        { "Task.Run(", "work has an owner: a loop that its owner awaits" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void The_product_does_not_call(string call, string instead) => SourceTree.None(
        from path in SourceTree.Product()
        from line in SourceTree.Lines(path)
        where WithoutComment(line.Text).Contains(call, StringComparison.Ordinal)
        select $"{path}:{line.Number}: {call}: {instead}");

    [Fact]
    public void There_is_one_commit_point() => Assert.Single(
        from path in SourceTree.Product()
        from line in SourceTree.Lines(path)
        where line.Text.Contains("// COMMIT POINT", StringComparison.Ordinal)
        select $"{path}:{line.Number}");

    [Fact]
    public void No_path_of_one_machine_and_no_package_host_is_named()
    {
        // Put together here, so that this file does not name them either.
        string[] marks =
        [
            "/" + "work/", "/" + "root/", "/" + "home/", "registry." + "npmjs", "api." + "nuget", "deb." + "debian",
            "files." + "pythonhosted", "\"resolved" + "\":",
        ];
        // The user of .NET's images has a home, which is on no machine of ours.
        SourceTree.None(
            from path in SourceTree.Files()
            from line in SourceTree.Lines(path)
            let text = line.Text.Replace("/" + "home/app", "", StringComparison.Ordinal)
            from mark in marks
            where text.Contains(mark, StringComparison.OrdinalIgnoreCase)
            select $"{path}:{line.Number}: {mark}");
    }

    private static string WithoutComment(string line) =>
        line.IndexOf("//", StringComparison.Ordinal) is >= 0 and var start ? line[..start] : line;
}
