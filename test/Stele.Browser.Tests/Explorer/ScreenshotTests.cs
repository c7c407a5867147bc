using Microsoft.Playwright;

namespace Stele.Browser.Tests.Explorer;

/// <summary>The pictures of the documentation: made anew with TEST_WRITE_DOCS=1, else only that their pages can be drawn.</summary>
[Collection(ExplorerCollection.Name)]
public sealed class ScreenshotTests(ExplorerScene scene)
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("TEST_WRITE_DOCS") is null
        ? Environment.GetEnvironmentVariable("TEST_PICTURES")
        : Path.Combine(Repository.Root, "docs", "images");

    [Fact]
    public async Task The_documentations_pictures()
    {
        SkipUnlessAsked();
        var telemetry = ExplorerScene.EntryRoute(scene.MeasurementIds[3], "telemetry");
        await TakeAsync("overview", "", busyFor: TimeSpan.FromSeconds(25));
        await TakeAsync("entry", telemetry);
        await TakeAsync("tampered", ExplorerScene.EntryRoute(scene.ContractId, "contracts"), ColorScheme.Dark, then: "#tamper");
        await TakeAsync("proposal", $"proposal/{scene.OpenProposal}");
        await TakeAsync("phone", telemetry, ColorScheme.Dark, Phone);
    }

    [Fact]
    public async Task All_pages_for_who_changes_them()
    {
        if (Environment.GetEnvironmentVariable("TEST_PICTURES") is null) Assert.Skip("Pictures are taken into TEST_PICTURES.");
        string[] pages = ["collections", "entries", "nodes", "members", "proposals", "constitution", "users", "trust", "signin"];
        foreach (var page in pages)
        {
            await TakeAsync(page, page);
            await TakeAsync($"phone-{page}", page, ColorScheme.Dark, Phone);
        }
        await TakeAsync("phone-overview", "", ColorScheme.Light, Phone);
        var contract = ExplorerScene.EntryRoute(scene.ContractId, "contracts");
        await TakeAsync("phone-tampered", contract, ColorScheme.Dark, Phone, then: "#tamper");
        await TakeAsync("overview-dark", "", ColorScheme.Dark);
        await TakeAsync("overview-light", "");
        using var client = scene.Ledger.CreateClient();
        var marked = await scene.AppendAsync(client, "marked", "pay \u202e001\u202c EUR\u200b to \u05d0\u05d1");
        await TakeAsync("marked", ExplorerScene.EntryRoute(marked, "marked"));
        await TakeAsync("phone-marked", ExplorerScene.EntryRoute(marked, "marked"), ColorScheme.Dark, Phone);
        await TakeAsync("entry-dark", contract, ColorScheme.Dark);
    }

    private static ViewportSize Phone => new() { Width = 360, Height = 740 };

    private static void SkipUnlessAsked()
    {
        if (Folder is null) Assert.Skip("Pictures are made with TEST_WRITE_DOCS=1.");
    }

    private async Task TakeAsync(
        string name, string route, ColorScheme colours = ColorScheme.Light, ViewportSize? size = null, TimeSpan busyFor = default,
        string? then = null)
    {
        await using var open = await scene.OpenAsync(route, colours: colours, size: size);
        await open.Page.WaitForSelectorAsync("main h1");
        if (busyFor > TimeSpan.Zero) await AppendAsync(busyFor);
        if (then is not null) await open.Page.ClickAsync(then);
        await open.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await open.Page.ScreenshotAsync(new PageScreenshotOptions
        {
            Path = Path.Combine(Folder!, $"explorer-{name}.png"),
            // What somebody has done is shown as they see it then.
            FullPage = busyFor == TimeSpan.Zero && then is null,
        });
        open.NothingWentWrong();
    }

    // So that the plot has something to show: more and less by turns.
    private async Task AppendAsync(TimeSpan busyFor)
    {
        using var client = scene.Ledger.CreateClient();
        var start = TimeProvider.System.GetTimestamp();
        for (var n = 0; TimeProvider.System.GetElapsedTime(start) < busyFor; n++)
        {
            var together = 1 + (int)(12 * (1 + Math.Sin(n / 40.0)));
            await Task.WhenAll(Enumerable.Range(0, together).Select(
                k => scene.AppendAsync(client, "telemetry", $$"""{"vehicle":"WDB-{{k % 7}}","speed":{{40 + n}},"at":{{n}}}""")));
        }
    }
}
