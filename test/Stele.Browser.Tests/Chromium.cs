using Microsoft.Playwright;

namespace Stele.Browser.Tests;

/// <summary>Debian's Chromium, headless, started once and driven by Playwright, which brings no browser of its own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Executable = "/usr/bin/chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Starts the browser where there is one; without, <see cref="OpenAsync"/> skips the test.</summary>
    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Executable)) return;
        Assertions.SetDefaultExpectTimeout(60_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Executable,
            // Tests run as root in containers, where Chromium's own sandbox has nothing to stand on, and /dev/shm is small.
            Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
            Timeout = 120_000,
        });
    }

    /// <summary>Whether there is a browser: without, nothing needs to be prepared for one.</summary>
    public bool IsThere => _browser is not null;

    /// <summary>A new page in a profile of its own, which shares nothing with other tests.</summary>
    /// <param name="options">Client certificates, colour scheme, size of the screen and such.</param>
    public async Task<OpenPage> OpenAsync(BrowserNewContextOptions? options = null)
    {
        Requirement.Met(_browser is not null, "Debian's package chromium is not installed.");
        return await OpenPage.InAsync(await _browser!.NewContextAsync(options));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
