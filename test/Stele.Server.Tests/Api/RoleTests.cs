using System.Net;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Api;

/// <summary>ACL's user-defined roles.</summary>
public sealed class RoleTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private const string Newest = "api-version=2026-07-31-preview";
    private const string Older = "api-version=2024-12-09-preview";
    private const string Prefix = "Microsoft.ConfidentialLedger/ledger/";
    private readonly Caller _administrator = ledger.Administrator;

    [Theory]
    [InlineData("a", """{"roles":[{"roleName":"a","roleActions":["/x","/y"]}]}""")]
    [InlineData("b", """{"roles":[{"role_name":"b","role_actions":["/x","/y"]}]}""")]
    [InlineData("c", """[{"roleName":"c","roleActions":["/x","/y","/x"]}]""")]
    public async Task A_role_is_made_extended_and_deleted_in_every_form(string name, string body)
    {
        var shown = $$"""{"roleName":"{{name}}","roleActions":["/x","/y"]}""";
        var made = (await _administrator.SendAsync("PUT", $"/app/roles?{Newest}", body)).AssertOk();
        Assert.Equal($$"""{"roles":[{{shown}}]}""", made.Text);
        Assert.Equal($$"""{"role":[{{shown}}]}""", (await ledger.Reader.GetAsync($"/app/roles?{Newest}&roleName={name}")).AssertOk().Text);
        Assert.Equal($"[{shown}]", (await ledger.Reader.GetAsync($"/app/roles?{Older}&roleName={name}")).AssertOk().Text);
        Assert.Contains(shown, (await ledger.Reader.GetAsync($"/app/roles?{Newest}")).AssertOk().Text, StringComparison.Ordinal);
        (await _administrator.SendAsync("PUT", $"/app/roles?{Newest}", body)).AssertError(HttpStatusCode.BadRequest, "RoleExists");

        var more = $$"""[{"roleName":"{{name}}","roleActions":["/z"]}]""";
        (await _administrator.SendAsync("PATCH", $"/app/roles?{Newest}", more, "application/merge-patch+json")).AssertOk();
        Assert.EndsWith(
            """["/x","/y","/z"]}]""", (await ledger.Reader.GetAsync($"/app/roles?{Older}&roleName={name}")).Text, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await _administrator.SendAsync("DELETE", $"/app/roles?{Older}&roleName={name}")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await _administrator.SendAsync("DELETE", $"/app/roles?{Newest}&roleName={name}")).Status);
        (await ledger.Reader.GetAsync($"/app/roles?{Newest}&roleName={name}")).AssertError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await _administrator.SendAsync("PATCH", $"/app/roles?{Newest}", more)).AssertError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("{}", "no role")]
    [InlineData("[]", "no role")]
    [InlineData("3", "JSON object")]
    [InlineData("""{"roles":3}""", "list")]
    [InlineData("""{"roles":[3]}""", "object")]
    [InlineData("""{"roles":[{}]}""", "at least one action")]
    [InlineData("""[{"roleName":"n","roleActions":[]}]""", "at least one action")]
    [InlineData("""[{"roleName":"n","roleActions":["x"],"more":1}]""", "each once")]
    [InlineData("""[{"roleName":"n","role_name":"n","roleActions":["x"]}]""", "each once")]
    [InlineData("""[{"roleName":"n","roleActions":["x"]},{"roleName":"n","roleActions":["y"]}]""", "another name")]
    [InlineData("""[{"roleName":"reader","roleActions":["x"]}]""", "built-in")]
    [InlineData("""[{"roleName":"a,b","roleActions":["x"]}]""", "comma")]
    [InlineData("""[{"roleName":"n","roleActions":[1]}]""", "An action")]
    [InlineData("""[{"roleName":"n","roleActions":"x"}]""", "list")]
    [InlineData("""[{"roleName":"n","roleActions":["x"]}]]""", "JSON")]
    public async Task A_role_that_is_malformed_is_refused(string body, string messagePart)
    {
        (await _administrator.SendAsync("PUT", $"/app/roles?{Newest}", body))
            .AssertError(HttpStatusCode.BadRequest, "InvalidInput", messagePart);
        (await ledger.Reader.GetAsync($"/app/roles?{Newest}&roleName=n")).AssertError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [Fact]
    public async Task A_role_gives_what_it_says_at_once_and_a_deleted_one_nothing()
    {
        var auditor = ledger.CallerWith(Certificates.New("auditor"));
        await MakeAsync("auditor", $"{Prefix}receipts/read", "/books/read");
        await AssignAsync(auditor, "auditor");
        var id = await ledger.Contributor.AppendAsync("audited");
        var status = $"/app/transactions/{id}/status?{Newest}";
        Assert.NotEqual(HttpStatusCode.Forbidden, (await auditor.GetAsync($"/app/transactions/{id}/receipt?{Newest}")).Status);
        (await auditor.GetAsync(status)).AssertError(
            HttpStatusCode.Forbidden, "NotAllowed", "has role auditor, Reader is needed", "transactions/status/read");

        var more = $$"""[{"roleName":"auditor","roleActions":["{{Prefix}}transactions/status/read"]}]""";
        (await _administrator.SendAsync("PATCH", $"/app/roles?{Newest}", more)).AssertOk();
        (await auditor.GetAsync(status)).AssertOk();

        // Whoever had a role that was deleted has it no more, also not when it is made again.
        await MakeAsync("guest", "/nothing");
        await AssignAsync(auditor, "auditor", "guest");
        await _administrator.SendAsync("DELETE", $"/app/roles?{Newest}&roleName=auditor");
        (await auditor.GetAsync(status)).AssertError(HttpStatusCode.Forbidden, "NotAllowed", "has role guest");
        await MakeAsync("auditor", $"{Prefix}transactions/status/read");
        (await auditor.GetAsync(status)).AssertError(HttpStatusCode.Forbidden, "NotAllowed", "has role guest");
        await _administrator.SendAsync("DELETE", $"/app/roles?{Newest}&roleName=guest");
        (await auditor.GetAsync(status)).AssertError(HttpStatusCode.Unauthorized, "InvalidAuthenticationInfo");
    }

    [Fact]
    public async Task Nobody_gives_or_takes_a_right_that_they_do_not_have()
    {
        var clerk = ledger.CallerWith(Certificates.New("clerk"));
        await MakeAsync(
            "clerk", $"{Prefix}users/write", $"{Prefix}users/delete", $"{Prefix}roleDefinitions/write", $"{Prefix}roleDefinitions/delete");
        await MakeAsync("banker", "/accounts/put");
        await AssignAsync(clerk, "clerk", "Reader");
        await AssignAsync(clerk, "clerk", "Reader");

        async Task<Reply> SetAsync(string user, string roles) => await clerk.SendAsync(
            "PATCH", $"/app/ledgerUsers/{user}?{Newest}", $$"""{"assignedRoles":[{{roles}}]}""");
        (await SetAsync("new-reader", "\"Reader\"")).AssertOk();
        (await SetAsync("new-clerk", "\"clerk\"")).AssertOk();
        foreach (var (user, roles) in ((string, string)[])[
            ("x", "\"Contributor\""),
            ("x", "\"banker\""), (clerk.Id.Value, "\"Administrator\""), (ledger.Contributor.Id.Value, "\"Reader\"")])
            (await SetAsync(user, roles)).AssertError(HttpStatusCode.Forbidden, "NotAllowed", "do not have");
        (await clerk.SendAsync("DELETE", $"/app/users/{_administrator.Id}?{Newest}"))
            .AssertError(HttpStatusCode.Forbidden, "NotAllowed", "do not have");
        (await clerk.SendAsync("PUT", $"/app/roles?{Newest}", $$"""[{"roleName":"up","roleActions":["{{Prefix}}nodes/write"]}]"""))
            .AssertError(HttpStatusCode.Forbidden, "NotAllowed", "do not have");
        (await clerk.SendAsync("PATCH", $"/app/roles?{Newest}", $$"""[{"roleName":"clerk","roleActions":["{{Prefix}}append"]}]"""))
            .AssertError(HttpStatusCode.Forbidden, "NotAllowed", "do not have");
        (await clerk.SendAsync("DELETE", $"/app/roles?{Newest}&roleName=banker"))
            .AssertError(HttpStatusCode.Forbidden, "NotAllowed", "do not have");
        Assert.Equal(HttpStatusCode.NoContent, (await clerk.SendAsync("DELETE", $"/app/users/new-clerk?{Newest}")).Status);
    }

    private async Task MakeAsync(string role, params string[] actions)
    {
        var list = string.Join(',', actions.Select(action => $"\"{action}\""));
        var body = $$"""{"roles":[{"roleName":"{{role}}","roleActions":[{{list}}]}]}""";
        (await _administrator.SendAsync("PUT", $"/app/roles?{Newest}", body)).AssertOk();
    }

    private async Task AssignAsync(Caller caller, params string[] roles)
    {
        var list = string.Join(',', roles.Select(role => $"\"{role}\""));
        var body = $$"""{"assignedRoles":[{{list}}]}""";
        (await _administrator.SendAsync("PATCH", $"/app/ledgerUsers/{caller.Id}?{Newest}", body)).AssertOk();
    }
}
