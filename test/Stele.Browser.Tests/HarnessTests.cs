namespace Stele.Browser.Tests;

/// <summary>The browser that the other tests drive is there and can do what they need.</summary>
public sealed class HarnessTests(Chromium chromium)
{
    [Fact]
    public async Task Pages_from_files_have_web_crypto()
    {
        await using var open = await chromium.OpenAsync();
        await open.Page.GotoAsync(new Uri(Path.Combine(Repository.Root, "LICENSE")).AbsoluteUri);
        Assert.True(await open.Page.EvaluateAsync<bool>("isSecureContext && typeof crypto.subtle.verify === 'function'"));
        open.NothingWentWrong();
    }
}
