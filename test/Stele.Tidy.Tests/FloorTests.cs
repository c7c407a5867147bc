using System.Xml.Linq;

namespace Stele.Tidy.Tests;

/// <summary>The house: a project uses only what stands on floors below its own.</summary>
public sealed class FloorTests
{
    private static readonly Dictionary<string, int> Floors = new()
    {
        ["Stele.Cryptography"] = 0,
        ["Stele.Attestation"] = 0,
        ["Stele.Receipts"] = 1,
        ["Stele.Ledger"] = 1,
        ["Stele.Etcd"] = 1,
        ["Stele.Scripting"] = 1,
        ["Stele.Explorer"] = 2,
        ["Stele.Client"] = 1,
        ["Stele.Replication"] = 2,
        ["Stele.Governance"] = 2,
        ["Stele.Server"] = 3,
        ["Stele.Cli"] = 4,
    };

    /// <summary>
    /// What may be used on the same floor: the client is defined by the receipts that it verifies, and evidence by digests.
    /// </summary>
    private static readonly HashSet<(string, string)> Neighbours =
        [("Stele.Client", "Stele.Receipts"), ("Stele.Attestation", "Stele.Cryptography")];

    [Fact]
    public void References_lead_downward() => SourceTree.None(
        from project in Projects()
        from used in Uses(project.Path)
        where Floors[used] >= Floors[project.Name] && !Neighbours.Contains((project.Name, used))
        select $"{project.Name} (floor {Floors[project.Name]}) uses {used} (floor {Floors[used]})");

    [Fact]
    public void Every_project_has_its_floor_and_its_tests() => SourceTree.None(
        from project in Projects()
        let tests = Path.Combine(Repository.Root, "test", $"{project.Name}.Tests")
        where !Floors.ContainsKey(project.Name) || !Directory.Exists(tests)
        select $"{project.Name} has no floor in this test, or no project of tests");

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = SourceTree.Read("Stele.slnx");
        SourceTree.None(SourceTree.Files(".csproj").Where(path => !solution.Contains(path, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_lowest_floor_does_no_io()
    {
        string[] io = ["System.IO.File", "File.", "FileStream", "Net.Sockets", "HttpClient", "Process."];
        SourceTree.None(
            from path in SourceTree.Product()
            where path.StartsWith("src/Stele.Cryptography/", StringComparison.Ordinal)
                || path.StartsWith("src/Stele.Attestation/", StringComparison.Ordinal)
            from line in SourceTree.Lines(path)
            from call in io
            let code = line.Text.TrimStart()
            where !code.StartsWith("//", StringComparison.Ordinal) && code.Contains(call, StringComparison.Ordinal)
            select $"{path}:{line.Number}: {call}");
    }

    private static IEnumerable<(string Name, string Path)> Projects() =>
        from path in SourceTree.Files(".csproj")
        where path.StartsWith("src/", StringComparison.Ordinal)
        select (System.IO.Path.GetFileNameWithoutExtension(path), path);

    private static IEnumerable<string> Uses(string path) =>
        from reference in XDocument.Parse(SourceTree.Read(path)).Descendants("ProjectReference")
        select Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value);
}
