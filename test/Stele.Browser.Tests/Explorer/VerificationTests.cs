using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Stele.Browser.Tests.Explorer;

/// <summary>What was changed on the way to the browser is not shown as verified, and the step that failed is named.</summary>
[Collection(ExplorerCollection.Name)]
public sealed class VerificationTests(ExplorerScene scene)
{
    private string Route => ExplorerScene.EntryRoute(scene.ContractId, "contracts");

    [Fact]
    public async Task A_receipt_is_drawn_and_verified_step_by_step()
    {
        await using var open = await scene.OpenAsync(Route);
        await Expect(open.Page.Locator("#verdict")).ToContainTextAsync("Verified in this browser");
        await Expect(open.Page.Locator("#verdict")).ToContainTextAsync("Not proven: who wrote it");
        string[] steps =
            ["claims digest", "entry", "node certificate", "service certificate", "leaf", "proof", "node id", "signature"];
        await Expect(open.Page.Locator(".steps li.good")).ToHaveCountAsync(steps.Length);
        foreach (var step in steps) await Expect(open.Page.Locator($".steps li[data-step='{step}']")).ToHaveCountAsync(1);
        var picture = open.Page.GetByRole(AriaRole.Img, new() { NameRegex = new Regex("Merkle path of \\d+ steps .*: verified$") });
        await Expect(picture).ToBeVisibleAsync();
        open.NothingWentWrong();
    }

    [Fact]
    public Task An_entry_with_one_byte_changed_is_not_verified() => FailsAsync(
        "entry", new Regex($"/app/transactions/{Regex.Escape("2.")}\\d+\\?"),
        answer => answer["entry"]!["contents"] = ExplorerScene.Contract.Replace("12500000", "12500001", StringComparison.Ordinal));

    [Fact]
    public Task An_entry_that_was_moved_to_another_collection_is_not_verified() => FailsAsync(
        "entry", new Regex("/app/transactions/2\\.\\d+\\?"), answer => answer["entry"]!["collectionId"] = "contracts-old");

    [Fact]
    public async Task Another_entry_with_its_own_receipt_is_not_verified_as_the_one_asked_for()
    {
        await using var open = await scene.OpenAsync(Route, before: page => page.RouteAsync(
            new Regex($"/app/transactions/{Regex.Escape(scene.ContractId)}[/?]"), async route =>
            {
                var address = route.Request.Url.Replace($"/{scene.ContractId}", $"/{scene.HostileId}", StringComparison.Ordinal);
                await route.FulfillAsync(new() { Response = await route.FetchAsync(new() { Url = address }) });
            }));
        await Expect(open.Page.Locator("#verdict")).ToContainTextAsync($"not of {scene.ContractId}");
        await Expect(open.Page.Locator("#failed-step")).ToHaveTextAsync("entry");
        open.NothingWentWrong();
    }

    [Theory]
    [InlineData("\"proof\"", "\"prof\"")]
    [InlineData("\"receipt\":{", "\"receipt\":[{")]
    [InlineData("\"receipt\":{", "\"received\":{")]
    public Task A_receipt_that_is_not_in_its_form_is_not_verified(string text, string changed) =>
        FailsAsync("format", new Regex("/receipt\\?"), answer => answer.Replace(text, changed, StringComparison.Ordinal));

    [Fact]
    public Task A_receipt_that_was_cut_is_not_verified() => FailsAsync("format", new Regex("/receipt\\?"), answer => answer[..^1]);

    [Fact]
    public Task A_claim_with_one_byte_changed_is_not_verified() => FailsAsync(
        "claims digest", new Regex("/receipt\\?"),
        answer => answer["applicationClaims"]![0]!["ledgerEntry"]!["contents"] =
            ExplorerScene.Contract.Replace("true", "tru3", StringComparison.Ordinal));

    [Fact]
    public Task A_leaf_with_one_digit_changed_is_not_verified() => FailsAsync(
        "signature", new Regex("/receipt\\?"), answer => Change(answer["receipt"]!["leafComponents"]!, "writeSetDigest"));

    [Fact]
    public Task A_path_with_one_digit_changed_is_not_verified() => FailsAsync(
        "signature", new Regex("/receipt\\?"), answer =>
        {
            var step = answer["receipt"]!["proof"]![0]!;
            Change(step, step["left"] is null ? "right" : "left");
        });

    [Fact]
    public Task A_receipt_of_another_node_is_not_verified() => FailsAsync(
        "node id", new Regex("/receipt\\?"), answer => Change(answer["receipt"]!, "nodeId"));

    [Fact]
    public async Task A_receipt_of_another_service_is_not_verified()
    {
        await using var open = await scene.OpenAsync("trust");
        // Any other certificate is another service's.
        await open.Page.FillAsync("textarea", await File.ReadAllTextAsync(
            Path.Combine(scene.Ledger.DataDirectory, "identity_ca.pem"), TestContext.Current.CancellationToken));
        await open.Page.ClickAsync("text=Trust this one");
        await Expect(open.Page.Locator("main")).ToContainTextAsync("you brought it");
        await Expect(open.Page.Locator("main")).ToContainTextAsync("The node presents another one");
        await open.Page.EvaluateAsync("route => { location.hash = '#/' + route; }", Route);
        await Expect(open.Page.Locator("#verdict")).ToContainTextAsync("Not verified");
        await Expect(open.Page.Locator("#failed-step")).ToHaveTextAsync("service certificate");
        await open.Page.ReloadAsync();
        await Expect(open.Page.Locator("#banner")).ToContainTextAsync("Another service certificate");
        open.NothingWentWrong();
    }

    [Fact]
    public async Task The_certificate_that_its_owner_brings_is_remembered()
    {
        await using var open = await scene.OpenAsync("trust");
        await open.Page.SetInputFilesAsync("input[type=file]", scene.Ledger.ServiceCertificate);
        await Expect(open.Page.Locator("main")).ToContainTextAsync("you brought it");
        await open.Page.ReloadAsync();
        await Expect(open.Page.Locator("main")).ToContainTextAsync("you brought it");
        await open.Page.ClickAsync("text=Forget it");
        await Expect(open.Page.Locator("main")).ToContainTextAsync("this node said so");
        open.NothingWentWrong();
    }

    [Fact]
    public async Task One_byte_of_a_copy_can_be_changed_to_see_it_fail()
    {
        (string What, string Step)[] changes =
        [
            ("entry", "entry"), ("claim", "claims digest"), ("writeSet", "signature"), ("path", "signature"), ("nodeId", "node id"),
            ("signature", "signature"),
        ];
        await using var open = await scene.OpenAsync(Route);
        foreach (var (what, step) in changes)
        {
            await open.Page.SelectOptionAsync(".tamper select", what);
            await open.Page.ClickAsync("#tamper");
            await Expect(open.Page.Locator("#failed-step")).ToHaveTextAsync(step);
            await Expect(open.Page.Locator($".steps li.bad[data-step='{step}']")).ToHaveCountAsync(1);
            await Expect(open.Page.Locator("#verdict")).ToBeFocusedAsync();
            await Expect(open.Page.Locator("#verdict strong")).ToBeInViewportAsync();
            await Expect(open.Page.Locator("#verdict mark")).ToHaveCountAsync(1);
            await Expect(open.Page.Locator("#contents mark")).ToHaveCountAsync(what == "entry" ? 1 : 0);
            await open.Page.ClickAsync("#restore");
            await Expect(open.Page.Locator("#verdict")).ToContainTextAsync("Verified in this browser");
            await Expect(open.Page.Locator("mark")).ToHaveCountAsync(0);
        }
        open.NothingWentWrong();
    }

    private Task FailsAsync(string step, Regex address, Action<JsonNode> change) => FailsAsync(step, address, text =>
    {
        var answer = JsonNode.Parse(text)!;
        change(answer);
        return answer.ToJsonString();
    });

    private async Task FailsAsync(string step, Regex address, Func<string, string> change)
    {
        await using var open = await scene.OpenAsync(Route, before: page => page.RouteAsync(address, async route =>
        {
            var answer = await route.FetchAsync();
            await route.FulfillAsync(new RouteFulfillOptions { Response = answer, Body = change(await answer.TextAsync()) });
        }));
        await Expect(open.Page.Locator("#verdict")).ToContainTextAsync("Not verified");
        await Expect(open.Page.Locator("#failed-step")).ToHaveTextAsync(step);
        await Expect(open.Page.Locator(".steps li.bad")).ToHaveAttributeAsync("data-step", step);
        open.NothingWentWrong();
    }

    private static void Change(JsonNode parent, string name)
    {
        var digits = parent[name]!.GetValue<string>();
        parent[name] = (digits[0] == '0' ? "1" : "0") + digits[1..];
    }
}
