using System.Collections.Concurrent;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Stele.Browser.Tests.Explorer;

/// <summary>Users and roles are managed by who may, and only looked at by others.</summary>
[Collection(ExplorerCollection.Name)]
public sealed class UsersTests(ExplorerScene scene)
{
    private const string Somebody = "0b9a2d6e-7d0c-4a53-8d2e-3f6b1c9f2a10";

    [Fact]
    public async Task An_administrator_gives_roles_and_takes_them()
    {
        await using var open = await scene.OpenAsync("users");
        var asked = new ConcurrentQueue<string>();
        open.Page.Dialog += (_, dialog) =>
        {
            asked.Enqueue(dialog.Message);
            _ = dialog.AcceptAsync();
        };
        await open.Page.ClickAsync("text=Add a user");
        await open.Page.FillAsync("form[aria-label='Set a user’s roles'] input:not([type=checkbox])", Somebody);
        await open.Page.GetByRole(AriaRole.Checkbox, new() { Name = "auditor" }).CheckAsync();
        await open.Page.ClickAsync("text=Set these roles");
        var row = open.Page.Locator("tr", new() { HasText = Somebody });
        await Expect(row).ToContainTextAsync("auditor");
        await row.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(row).ToHaveCountAsync(0);
        Assert.Equal([$"Remove this user? With the next request they have no rights any more.\n\n{Somebody}"], asked);
        open.NothingWentWrong();
    }

    [Fact]
    public async Task Roles_that_a_user_has_are_shown_and_taken_only_when_that_is_confirmed()
    {
        const string Other = "0b9a2d6e-7d0c-4a53-8d2e-3f6b1c9f2a11";
        await using var open = await scene.OpenAsync("users");
        var asked = new TaskCompletionSource<string>();
        open.Page.Dialog += (_, dialog) => _ = asked.TrySetResult(dialog.Message) ? dialog.DismissAsync() : dialog.AcceptAsync();
        var form = open.Page.Locator("form[aria-label='Set a user’s roles']");
        var id = form.Locator("input:not([type=checkbox])");
        ILocator Role(string name) => form.GetByRole(AriaRole.Checkbox, new() { Name = name, Exact = true });
        await open.Page.ClickAsync("text=Add a user");
        await id.FillAsync(Other);
        await Role("Contributor").CheckAsync();
        await form.GetByRole(AriaRole.Button).ClickAsync();
        var row = open.Page.Locator("tr", new() { HasText = Other });
        await Expect(row).ToContainTextAsync("Contributor");
        await open.Page.ClickAsync("text=Add a user");
        await id.FillAsync(Other);
        await Expect(form).ToContainTextAsync("Has now: ");
        await Expect(Role("Contributor")).ToBeCheckedAsync();
        await Role("Contributor").UncheckAsync();
        await form.GetByRole(AriaRole.Button).ClickAsync();
        var question = await asked.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.StartsWith("This takes from the user: Contributor.", question, StringComparison.Ordinal);
        await Expect(row).ToContainTextAsync("Contributor");
        // The second time it is confirmed.
        await form.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(row).Not.ToContainTextAsync("Contributor");
        open.NothingWentWrong();
    }

    [Fact]
    public async Task An_administrator_makes_roles_and_deletes_them()
    {
        await using var open = await scene.OpenAsync("users");
        open.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await open.Page.ClickAsync("text=Make a role");
        var form = open.Page.Locator("form[aria-label='Make a role']");
        await form.Locator("input:not([type=checkbox])").FillAsync("writer");
        await form.Locator("input[value$='/append']").CheckAsync();
        await open.Page.ClickAsync("text=Make this role");
        await open.Page.GetByLabel("Delete the role writer").ClickAsync();
        await Expect(open.Page.GetByLabel("Delete the role writer")).ToHaveCountAsync(0);
        open.NothingWentWrong();
    }

    [Fact]
    public async Task A_reader_reads()
    {
        await using var open = await scene.OpenAsync("users", certificate: "reader");
        await Expect(open.Page.Locator("main")).ToContainTextAsync("auditor");
        await Expect(open.Page.Locator("main form")).ToHaveCountAsync(0);
        await Expect(open.Page.Locator("main button.danger")).ToHaveCountAsync(0);
        await Expect(open.Page.Locator("#who")).ToContainTextAsync("Reader");
        open.NothingWentWrong();
    }
}
