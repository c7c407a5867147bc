using System.Security;
using System.Text.RegularExpressions;

namespace Stele.Docs.Tests.Packaging;

/// <summary><c>dotnet pack</c> makes packages of the libraries that others are meant to use, and a program is built of these.</summary>
/// <remarks>After the other tests that build: all do so into the same folders.</remarks>
[Collection("packaging")]
public sealed class LibraryPackageTests : IDisposable
{
    private const string Program =
        """
        using Stele.Client;
        using Stele.Receipts;

        var options = new LedgerClientOptions();
        Console.WriteLine($"{typeof(ReceiptVerifier).Assembly.GetName().Name}, {options.Audience}, {Stele.TransactionId.Of(2, 7)}");
        """;

    private const string Project =
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
          </PropertyGroup>
        </Project>
        """;

    private const string Dotnet =
        """
        dotnet() { if [ "$1" = pack ]; then command dotnet "$@" --no-build -v quiet; else command dotnet "$@"; fi; }

        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stele-docs-");

    [Fact]
    public async Task They_are_packed_and_added_to_a_program_as_the_readme_says()
    {
        var readme = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "src/Stele.Client/README.md"), TestContext.Current.CancellationToken);
        var (sh, xml) = (Blocks(readme, "sh"), Blocks(readme, "xml"));
        Assert.Equal((2, 1), (sh.Count, xml.Count));

        await FollowAsync(Repository.Root, sh[0].Replace("-o packages", $"-o {At("stele/packages")}", StringComparison.Ordinal));
        Assert.Equal(Libraries, Directory.GetFiles(At("stele/packages"), "*.nupkg")
            .Select(file => string.Join('.', Path.GetFileName(file).Split('.')[..2])).Order(StringComparer.Ordinal));

        // What others make comes from where this build has it; ours, from the packages alone, and into no cache.
        await WriteAsync(
            "nuget.config",
            $"""
            <configuration>
              <packageSources><clear /></packageSources>
              <fallbackPackageFolders><clear /><add key="others" value="{SecurityElement.Escape(Others)}" /></fallbackPackageFolders>
              <config><add key="globalPackagesFolder" value="cache" /></config>
            </configuration>
            """);
        Directory.CreateDirectory(At("program"));
        await WriteAsync("program/Program.cs", Program);
        await WriteAsync("program/program.csproj", Project);
        await WriteAsync("program/nuget.config", xml[0]);
        await FollowAsync(At("program"), sh[1]);
        await Build.RunAsync("build", At("program"), "-o", At("built"), "-v", "quiet");
        var run = (await Finished.RunAsync(new("dotnet", [At("built/program.dll")]))).Ok();
        Assert.Equal("Stele.Receipts, https://confidential-ledger.azure.com, 2.7", run.Output.Trim());
    }

    // The tool is a package too, and has a test of its own.
    private static IEnumerable<string> Libraries =>
        from project in Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
        let name = Path.GetFileNameWithoutExtension(project)
        where name != "Stele.Cli" && File.ReadAllText(project).Contains("<IsPackable>true", StringComparison.Ordinal)
        orderby name
        select name;

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Others => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(At(name), text, TestContext.Current.CancellationToken);

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private static List<string> Blocks(string text, string language) =>
        [.. Regex.Matches(text, $@"(?<=^```{language}\n).*?(?=^```$)", RegexOptions.Singleline | RegexOptions.Multiline)
            .Select(block => block.Value)];

    // In a directory, as a reader does; but nothing is built anew.
    private static async Task FollowAsync(string directory, string commands)
    {
        var start = Build.Clean(new("/bin/bash", ["-euo", "pipefail", "-c", Dotnet + commands]) { WorkingDirectory = directory });
        (await Finished.RunAsync(start)).Ok();
    }
}
