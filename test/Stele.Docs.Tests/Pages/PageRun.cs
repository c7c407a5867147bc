using System.Diagnostics;
using System.Globalization;

namespace Stele.Docs.Tests.Pages;

/// <summary>Follows a page in an empty directory, with the built <c>stele</c> on the path.</summary>
internal sealed class PageRun : IDisposable
{
    private static readonly string Dotnet = Environment.GetEnvironmentVariable("PATH")!.Split(':')
        .Select(folder => Path.Combine(folder, "dotnet")).First(File.Exists);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stele-docs-");

    private PageRun()
    {
    }

    /// <summary>Where Microsoft's JavaScript client is.</summary>
    public static string JavaScriptPackages { get; } =
        Path.Combine(Repository.Root, "test/Stele.EndToEnd.Tests/JavaScript/node_modules");

    /// <summary>Runs a page's script and returns what each step has said, by its line.</summary>
    public static async Task<ILookup<int, string>> FollowAsync(Page page, RunningLedger shared)
    {
        var isShared = page.Steps.OfType<Step.SharedLedger>().Any();
        var own = FreePorts.Take(3);
        var ports = isShared ? (shared.Port, shared.IdentityPort, own[2]) : (own[0], own[1], own[2]);
        if (PageScript.Of(page, ports) is not { } script)
            return Array.Empty<string>().ToLookup(_ => 0);
        using var run = new PageRun();
        run.Furnish(ports);
        if (isShared)
            Directory.CreateSymbolicLink(run.At("stele-data"), shared.DataDirectory);
        await File.WriteAllTextAsync(run.At(".page.sh"), script);
        var finished = await Finished.RunAsync(run.Bash());
        var said = Split(finished.Output).ToLookup(part => part.Line, part => part.Text);
        var (last, words) = Split(finished.Output).LastOrDefault();
        Assert.True(
            finished.ExitCode == 0,
            $"{page.Path}:{last}: ended with {finished.ExitCode}, having said:\n{words}{finished.Errors}");
        return said;
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);

    private static IEnumerable<(int Line, string Text)> Split(string output) =>
        from part in output.Split(PageScript.Mark, StringSplitOptions.RemoveEmptyEntries)
        let lines = part.Split('\n', 2)
        where lines.Length == 2
        select (int.Parse(lines[0], CultureInfo.InvariantCulture), lines[1]);

    private string At(string name) => Path.Combine(_folder.FullName, name);

    // A page that hangs is ended with all that it has started, and fails. No page that goes on takes half an hour, however busy
    // the machine.
    private ProcessStartInfo Bash() => new("timeout", ["--kill-after=30", "1800", "/bin/bash", At(".page.sh")])
    {
        WorkingDirectory = _folder.FullName,
        Environment =
        {
            ["PATH"] = $"{At(".bin")}:{Environment.GetEnvironmentVariable("PATH")}",
        },
    };

    // What a reader of the pages has: stele (on ports that are free here), Debian's Python with its packages, and npm's.
    private void Furnish((int Ledger, int Identity, int Metrics) ports)
    {
        Directory.CreateDirectory(At(".bin"));
        Install("stele", $$"""
            case " $* " in
              *" --port "*) ;;
              " up "* | " recover "*) set -- "$@" --port {{ports.Ledger}} --identity-port {{ports.Identity}} ;;
            esac
            exec '{{Dotnet}}' '{{Path.Combine(AppContext.BaseDirectory, "stele.dll")}}' "$@"
            """);
        Install("dotnet", $$"""
            case "$*" in
              "run -c Release --project src/Stele.Cli -- "*) shift 6; exec stele "$@" ;;
              *) exec '{{Dotnet}}' "$@" ;;
            esac
            """);
        File.CreateSymbolicLink(At(".bin/python3"), "/usr/bin/python3");
        if (Directory.Exists(JavaScriptPackages))
            Directory.CreateSymbolicLink(At("node_modules"), JavaScriptPackages);
    }

    private void Install(string name, string script)
    {
        File.WriteAllText(At($".bin/{name}"), "#!/bin/bash\n" + script + "\n");
        File.SetUnixFileMode(At($".bin/{name}"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }
}
