using System.Net;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Api;

/// <summary>Users in ACL's two forms, and what changing them does at once.</summary>
public sealed class UserTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private const string Version = "api-version=2022-05-13";
    private const string Newest = "api-version=2026-07-31-preview";
    private const string Fingerprint =
        "5F:23:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD";

    private readonly Caller _administrator = ledger.Administrator;

    [Theory]
    [InlineData(":")]
    [InlineData("%3A")]
    [InlineData("%3a")]
    public async Task A_user_is_created_changed_read_and_deleted(string separator)
    {
        var inPath = Fingerprint.Replace(":", separator, StringComparison.Ordinal);
        var path = $"/app/users/{inPath}?{Version}";
        foreach (var (body, role) in ((string, string)[])[("Reader", "Reader"), ("contributor", "Contributor")])
        {
            var set = await _administrator.SendAsync(
                "PATCH", path, $$"""{"assignedRole":"{{body}}"}""", "application/merge-patch+json");
            Assert.Equal($$"""{"assignedRole":"{{role}}","userId":"{{Fingerprint}}"}""", set.AssertOk().Text);
            Assert.Equal(set.Text, (await ledger.Reader.GetAsync(path)).AssertOk().Text);
        }

        var roles = await ledger.Reader.GetAsync($"/app/ledgerUsers/{inPath}?{Newest}");
        Assert.Equal($$"""{"assignedRoles":["Contributor"],"userId":"{{Fingerprint}}"}""", roles.AssertOk().Text);

        var deleted = await _administrator.SendAsync("DELETE", path);
        Assert.Equal(HttpStatusCode.NoContent, deleted.Status);
        Assert.Equal("", deleted.Text);
        Assert.True(deleted.Id > default(TransactionId));
        (await ledger.Reader.GetAsync(path)).AssertError(HttpStatusCode.NotFound, "ResourceNotFound", "stele user add");
        Assert.Equal(HttpStatusCode.NoContent, (await _administrator.SendAsync("DELETE", path)).Status);
    }

    [Fact]
    public async Task A_user_has_several_roles()
    {
        var set = await _administrator.SendAsync(
            "PATCH",
            $"/app/ledgerUsers/many?{Newest}",
            """{"assignedRoles":["reader","Administrator","Contributor","READER"]}""");
        const string all = """{"assignedRoles":["Reader","Administrator","Contributor"],"userId":"many"}""";
        Assert.Equal(all, set.AssertOk().Text);
        Assert.Equal(all, (await ledger.Reader.GetAsync($"/app/ledgerUsers/many?{Newest}")).AssertOk().Text);
        var one = await ledger.Reader.GetAsync($"/app/users/many?{Newest}");
        Assert.Equal("""{"assignedRole":"Administrator","userId":"many"}""", one.AssertOk().Text);
    }

    [Theory]
    [InlineData("users", """{"assignedRole":"Auditor"}""", "Reader, Contributor, Administrator")]
    [InlineData("users", """{"assignedRole":3}""", "Reader, Contributor, Administrator")]
    [InlineData("users", """{"assignedRole":"3"}""", "Reader, Contributor, Administrator")]
    [InlineData("users", """{"assignedRole":null}""", "Reader, Contributor, Administrator")]
    [InlineData("users", "{}", "no role")]
    [InlineData("users", """{"assignedRoles":["Reader"]}""", "unknown")]
    [InlineData("users", """{"assignedRole":"Reader","userId":"other"}""", "path")]
    [InlineData("users", "[]", "JSON object")]
    [InlineData("ledgerUsers", """{"assignedRoles":[]}""", "no role")]
    [InlineData("ledgerUsers", """{"assignedRoles":"Reader"}""", "list")]
    [InlineData("ledgerUsers", """{"assignedRoles":["Reader","banker"]}""", "Reader, Contributor, Administrator")]
    [InlineData("ledgerUsers", """{"assignedRole":"Reader"}""", "unknown")]
    public async Task A_role_that_is_none_is_refused(string form, string body, string messagePart)
    {
        (await _administrator.SendAsync("PATCH", $"/app/{form}/nobody?{Newest}", body))
            .AssertError(HttpStatusCode.BadRequest, "InvalidInput", messagePart);
        (await _administrator.GetAsync($"/app/{form}/nobody?{Newest}"))
            .AssertError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [Fact]
    public async Task An_id_that_is_none_is_refused()
    {
        var path = $"/app/users/{new string('x', 257)}?{Version}";
        (await _administrator.SendAsync("PATCH", path, """{"assignedRole":"Reader"}"""))
            .AssertError(HttpStatusCode.BadRequest, "InvalidInput", "fingerprint");
    }

    [Fact]
    public async Task Users_are_listed_in_both_forms()
    {
        var one = (await ledger.Reader.GetAsync($"/app/users?{Newest}")).AssertOk().Json.GetProperty("ledgerUsers");
        Assert.Contains(
            $$"""{"assignedRole":"Contributor","userId":"{{ledger.Contributor.Id}}"}""",
            one.EnumerateArray().Select(user => user.GetRawText()));
        var several = (await ledger.Reader.GetAsync($"/app/ledgerUsers?{Newest}"))
            .AssertOk().Json.GetProperty("ledgerUsers");
        Assert.Contains(
            $$"""{"assignedRoles":["Contributor"],"userId":"{{ledger.Contributor.Id}}"}""",
            several.EnumerateArray().Select(user => user.GetRawText()));
    }

    [Fact]
    public async Task A_deleted_user_loses_every_right_on_the_connection_it_has_open()
    {
        using var certificate = Certificates.New("leaving");
        var leaving = ledger.CallerWith(certificate);
        await ledger.AddAsync(leaving, "Contributor");
        await leaving.AppendAsync("still here", "leaving");
        await _administrator.SendAsync("DELETE", $"/app/users/{leaving.Id}?{Version}");
        var append = $"/app/transactions?{Version}&collectionId=leaving";
        (await leaving.SendAsync("POST", append, """{"contents":"again"}"""))
            .AssertError(HttpStatusCode.Unauthorized, "InvalidAuthenticationInfo", $"stele user add {leaving.Id}");
        (await leaving.GetAsync($"/app/transactions/current?{Version}&collectionId=leaving"))
            .AssertError(HttpStatusCode.Unauthorized, "InvalidAuthenticationInfo");
    }

    [Fact]
    public async Task The_last_administrator_stays()
    {
        await using var own = new LedgerFixture();
        await own.InitializeAsync();
        foreach (var other in (Caller[])[own.Expired, own.NotYetValid])
        {
            var deleted = await own.Administrator.SendAsync("DELETE", $"/app/users/{other.Id}?{Version}");
            Assert.Equal(HttpStatusCode.NoContent, deleted.Status);
        }

        var path = $"/app/users/{own.Administrator.Id}?{Version}";
        (await own.Administrator.SendAsync("DELETE", path))
            .AssertError(HttpStatusCode.BadRequest, "InvalidInput", "no administrator");
        (await own.Administrator.SendAsync("PATCH", path, """{"assignedRole":"Reader"}"""))
            .AssertError(HttpStatusCode.BadRequest, "InvalidInput", "no administrator");
        (await own.Administrator.GetAsync(path)).AssertOk();
    }
}
