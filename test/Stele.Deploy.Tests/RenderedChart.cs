using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Stele.Deploy.Tests;

/// <summary>The chart as Helm renders it with some values.</summary>
/// <param name="Json">What the renderer printed: values, objects, notes.</param>
internal sealed record RenderedChart(JsonElement Json)
{
    /// <summary>The chart's folder.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, "deploy/helm/stele");

    private static readonly string Own = Path.Combine(Repository.Root, "test/Stele.Deploy.Tests");
    private static readonly Lazy<Task<string>> Renderer = new(BuildAsync);
    private static readonly ConcurrentDictionary<string, Lazy<Task<RenderedChart>>> Rendered = new(StringComparer.Ordinal);

    /// <summary>The values that the chart is rendered with in tests: its own, and those of files above them.</summary>
    public static TheoryData<string> Cases => ["", "external", "small", "lost"];

    /// <summary>Kubernetes' objects.</summary>
    public IEnumerable<JsonElement> Objects => Json.GetProperty("objects").EnumerateArray().Select(one => one.GetProperty("object"));

    /// <summary>The chart with its own values, under those of one of the cases.</summary>
    public static Task<RenderedChart> WithAsync(string values) =>
        Rendered.GetOrAdd(values, _ => new(() => RenderAsync(values.Length == 0 ? [] : ["-f", Path.Combine(Own, $"Values/{values}.yaml")])))
            .Value;

    /// <summary>Renders with further values.</summary>
    public static async Task<RenderedChart> RenderAsync(params string[] arguments) =>
        new(JsonElement.Parse((await TryAsync(arguments)).Ok().Output));

    /// <summary>Renders; the outcome may be a refusal.</summary>
    public static async Task<Finished> TryAsync(params string[] arguments) =>
        await Finished.RunAsync(new ProcessStartInfo(await Renderer.Value, [Folder, .. arguments]));

    /// <summary>What the values' schema and Kubernetes' own schemas say against it.</summary>
    public async Task<string[]> FindingsAsync()
    {
        var folder = Path.Combine(Own, "Kubernetes");
        Requirement.Met(
            Directory.Exists(Path.Combine(folder, "node_modules")), "Kubernetes' schemas are not installed: eng/install-test-needs.sh.");
        var input = JsonSerializer.Serialize(new
        {
            schema = JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, "values.schema.json"))),
            values = Json.GetProperty("values"),
            objects = Json.GetProperty("objects"),
        });
        return (await Finished.RunAsync(new ProcessStartInfo("node", [Path.Combine(folder, "validate.mjs")]), input)).Ok().Lines;
    }

    /// <summary>The objects of a kind.</summary>
    public IEnumerable<JsonElement> OfKind(string kind) => Objects.Where(one => one.At("kind").GetString() == kind);

    /// <summary>The object of this kind and name.</summary>
    public JsonElement One(string kind, string name) => OfKind(kind).Single(one => one.At("metadata.name").GetString() == name);

    private static async Task<string> BuildAsync()
    {
        const string packages = "/usr/share/gocode";
        Requirement.Met(
            File.Exists("/usr/bin/go") && Directory.Exists(Path.Combine(packages, "src/github.com/Masterminds/sprig")),
            "Go and Sprig are not installed: eng/install-test-needs.sh.");
        var folder = Path.Combine(AppContext.BaseDirectory, "render");
        var build = new ProcessStartInfo("go", ["build", "-o", Path.Combine(folder, "render"), "."])
        {
            WorkingDirectory = Path.Combine(Own, "Render"),
            Environment =
            {
                ["GO111MODULE"] = "off", ["GOPATH"] = packages, ["GOCACHE"] = Path.Combine(folder, "cache"), ["GOFLAGS"] = "",
            },
        };
        (await Finished.RunAsync(build)).Ok();
        return Path.Combine(folder, "render");
    }
}
