using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Stele.Browser.Tests;

/// <summary>The page that verifies receipts without any server, opened as a file, on a receipt of a running ledger.</summary>
public sealed class ReceiptPageTests(Chromium chromium, RunningLedger ledger, AppendedEntry entry) : IClassFixture<AppendedEntry>
{
    private static readonly Uri Address = new(Path.Combine(Repository.Root, "docs", "verify", "receipt.html"));

    private readonly JsonNode _answer = entry.Answer;

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task A_receipt_is_verified_step_by_step(ColorScheme colours, int width)
    {
        await using var open = await OpenAsync(new() { ColorScheme = colours, ViewportSize = new() { Width = width, Height = 800 } });
        await VerifyAsync(open.Page, _answer);
        var id = _answer["transactionId"]!.GetValue<string>();
        var proven = $"Verified: transaction {id} put this entry into collection offers: {AppendedEntry.Contents}";
        await Assertions.Expect(open.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync(proven);
        await Assertions.Expect(open.Page.Locator("#not-proven")).ToHaveTextAsync(
            "Not proven: when it was appended, by whom, and that nothing came after it.");
        await Assertions.Expect(open.Page.Locator("#steps > li.failed")).ToHaveCountAsync(0);
        await Assertions.Expect(open.Page.Locator("#fingerprint")).ToHaveTextAsync($"SHA-256 fingerprint: {Fingerprint()}");
        string[] steps = ["claims digest", "node certificate", "service certificate", "leaf", "proof", "node id", "signature"];
        await Assertions.Expect(open.Page.Locator("#steps h2")).ToHaveTextAsync(steps);
        await Assertions.Expect(open.Page.Locator("#steps")).ToContainTextAsync(AppendedEntry.Contents);
        await Assertions.Expect(open.Page.Locator("#steps")).ToContainTextAsync(Fingerprint());
        var pairs = _answer["receipt"]!["proof"]!.AsArray().Count;
        await Assertions.Expect(open.Page.Locator(".pair")).ToHaveCountAsync(pairs);
        await DoesNotScrollSidewaysAsync(open.Page);
        if (Environment.GetEnvironmentVariable("TEST_PICTURES") is { } folder)
            await open.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"receipt-{colours}.png"), FullPage = true });
        open.NothingWentWrong();
        Assert.All(open.Requests, request => Assert.StartsWith("file:", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_its_claim_a_receipt_proves_a_transaction_and_the_page_says_that_no_entry_is_proven()
    {
        await using var open = await OpenAsync(new() { ViewportSize = new() { Width = 390, Height = 800 } });
        var changed = _answer.DeepClone().AsObject();
        changed["applicationClaimS"] = changed["applicationClaims"]!.DeepClone();
        changed.Remove("applicationClaims");
        await VerifyAsync(open.Page, changed);
        var id = changed["transactionId"]!.GetValue<string>();
        var verdict = open.Page.GetByRole(AriaRole.Status);
        await Assertions.Expect(verdict).ToHaveTextAsync(
            $"Verified: transaction {id} is in the ledger; no entry is proven: the receipt says nothing of its contents.");
        await Assertions.Expect(verdict).Not.ToHaveClassAsync("passed");
        await Assertions.Expect(open.Page.Locator("#not-proven")).ToContainTextAsync("; what the entry holds");
        await Assertions.Expect(open.Page.Locator("main")).Not.ToContainTextAsync("price");
        await DoesNotScrollSidewaysAsync(open.Page);
        open.NothingWentWrong();
    }

    /// <summary>Where a byte is changed, and the step that sees it.</summary>
    public static TheoryData<string, string> Changes => new()
    {
        { "$.applicationClaims[0].ledgerEntry.contents", "claims digest" },
        { "$.applicationClaims[0].ledgerEntry.collectionId", "claims digest" },
        { "$.receipt.leafComponents.claimsDigest", "claims digest" },
        { "$.receipt.leafComponents.writeSetDigest", "signature" },
        { "$.receipt.leafComponents.commitEvidence", "signature" },
        { "$.receipt.nodeId", "node id" },
        { "$.receipt.signature", "signature" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task One_changed_byte_shows_as_not_verified_and_which_step_failed(string path, string step)
    {
        // The digests of a claim that fails are the longest words of the page: on a phone they wrap.
        await using var open = await OpenAsync(new() { ViewportSize = new() { Width = 390, Height = 800 } });
        var changed = _answer.DeepClone();
        var text = Strings(changed).Single(value => value.GetPath() == path);
        text.ReplaceWith(Changed(text.GetValue<string>()));
        await VerifyAsync(open.Page, changed);
        await Assertions.Expect(open.Page.GetByRole(AriaRole.Status)).ToContainTextAsync($"Not verified: {step}: ");
        await Assertions.Expect(open.Page.Locator("#steps > li.failed h2")).ToHaveTextAsync([step]);
        await DoesNotScrollSidewaysAsync(open.Page);
        open.NothingWentWrong();
    }

    [Fact]
    public async Task Files_are_taken_from_wherever_they_are_chosen_and_another_service_is_not_believed()
    {
        await using var open = await OpenAsync();
        await open.Page.GetByLabel("Receipt from a file").SetInputFilesAsync([entry.ReceiptFile]);
        await open.Page.GetByLabel("Service certificate from a file").SetInputFilesAsync([ledger.ServiceCertificate]);
        await Assertions.Expect(open.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Verified: ");
        await open.Page.GetByLabel("Service certificate from a file").SetInputFilesAsync([ledger.Administrator]);
        await Assertions.Expect(open.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Not verified: service certificate: ");
        open.NothingWentWrong();
    }

    [Fact]
    public async Task The_fingerprint_is_that_of_the_certificate_that_is_read()
    {
        await using var open = await OpenAsync();
        var (field, fingerprint) = (open.Page.GetByLabel("Service certificate (PEM)"), open.Page.Locator("#fingerprint"));
        var (service, other) = (File.ReadAllText(ledger.ServiceCertificate), File.ReadAllText(ledger.Administrator));
        await field.FillAsync("nonsense");
        await Assertions.Expect(fingerprint).ToHaveTextAsync("This is no certificate in PEM.");
        // What stands behind another character on its line is no certificate to the verifier.
        await field.FillAsync($"#{other[other.IndexOf("-----BEGIN CERTIFICATE", StringComparison.Ordinal)..]}\n{service}");
        await Assertions.Expect(fingerprint).ToHaveTextAsync($"SHA-256 fingerprint: {Fingerprint()}");
        await field.FillAsync("");
        await Assertions.Expect(fingerprint).ToHaveTextAsync("");
        open.NothingWentWrong();
    }

    private static async Task DoesNotScrollSidewaysAsync(IPage page) => Assert.False(
        await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"), "It scrolls sideways.");

    private string Fingerprint()
    {
        using var service = X509CertificateLoader.LoadCertificateFromFile(ledger.ServiceCertificate);
        var digits = Convert.ToHexString(service.GetCertHash(HashAlgorithmName.SHA256));
        return string.Join(':', digits.Chunk(2).Select(pair => new string(pair)));
    }

    private async Task<OpenPage> OpenAsync(BrowserNewContextOptions? options = null)
    {
        var open = await chromium.OpenAsync(options);
        await open.Page.GotoAsync(Address.AbsoluteUri);
        return open;
    }

    private async Task VerifyAsync(IPage page, JsonNode answer)
    {
        await page.GetByLabel("Receipt (JSON)").FillAsync(answer.ToJsonString());
        await page.GetByLabel("Service certificate (PEM)").FillAsync(await File.ReadAllTextAsync(ledger.ServiceCertificate));
        await page.GetByLabel("Service certificate (PEM)").PressAsync("Tab");
        await page.GetByRole(AriaRole.Button, new() { Name = "Verify", Exact = true }).PressAsync("Enter");
    }

    private static string Changed(string text)
    {
        // In the middle, so that Base64 and hexadecimal digits stay what they are.
        var at = text.Length / 2;
        return $"{text[..at]}{(text[at] == 'a' ? 'b' : 'a')}{text[(at + 1)..]}";
    }

    private static IEnumerable<JsonValue> Strings(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Strings(member.Value)),
        JsonArray elements => elements.SelectMany(Strings),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => [value],
        _ => [],
    };
}
