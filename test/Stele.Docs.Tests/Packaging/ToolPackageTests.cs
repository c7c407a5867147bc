using System.IO.Compression;
using System.Xml.Linq;

namespace Stele.Docs.Tests.Packaging;

/// <summary><c>dotnet pack</c> makes a tool that installs from its own package alone, and runs.</summary>
[Collection("packaging")]
public sealed class ToolPackageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stele-docs-");

    [Fact]
    public async Task It_is_packed_installed_and_run()
    {
        await Build.RunAsync("pack", Build.Tool, "-c", "Release", "--no-build", "-o", At("packages"), "-v", "quiet");
        var package = Assert.Single(Directory.GetFiles(At("packages"), "Stele.Cli.*.nupkg"));
        SaysWhatItIs(package);

        // No source but this folder: the package needs nothing beside it.
        await File.WriteAllTextAsync(
            At("nuget.config"),
            "<configuration><packageSources><clear /><add key=\"here\" value=\"packages\" /></packageSources></configuration>",
            TestContext.Current.CancellationToken);
        await Build.RunAsync(
            "tool", "install", "Stele.Cli", "--tool-path", At("tools"), "--configfile", At("nuget.config"), "-v", "quiet");
        var version = (await Finished.RunAsync(new(At("tools/stele"), ["--version"]))).Ok().Output.Trim();
        Assert.StartsWith(Path.GetFileNameWithoutExtension(package)["Stele.Cli.".Length..], version, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void SaysWhatItIs(string package)
    {
        using var archive = ZipFile.OpenRead(package);
        Assert.NotNull(archive.GetEntry("README.md"));
        using var stream = archive.GetEntry("Stele.Cli.nuspec")!.Open();
        var told = XDocument.Load(stream).Root!.Elements().Single().Elements().ToLookup(one => one.Name.LocalName, one => one.Value);
        Assert.Equal("MIT", told["license"].Single());
        foreach (var name in new[] { "authors", "description", "readme", "tags", "version" })
            Assert.NotEqual("", told[name].Single());
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
