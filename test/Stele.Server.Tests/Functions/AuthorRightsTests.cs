using System.Net;
using System.Text.Json;
using Stele.Cryptography.Sealing;
using Stele.Governance.Users;
using Stele.Ledger.Tables;
using Stele.Ledger.Transactions;
using Stele.Server.Functions;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Functions;

/// <summary>Who stores code needs the right that code has: to read. It is asked again where the change is made.</summary>
public sealed class AuthorRightsTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private const string Version = "api-version=2026-07-31-preview";
    private const string Prefix = "Microsoft.ConfidentialLedger/ledger/";
    private const string Code = """{"code":"export function main() {}"}""";
    private const string Bundle =
        """
        {"metadata":{"endpoints":{"/x":{"get":{"js_module":"a","js_function":"f","authn_policies":["no_auth"]}}}},
         "modules":[{"name":"a","module":"export function f() {}"}]}
        """;

    [Fact]
    public async Task Whoever_may_write_code_and_not_read_stores_none()
    {
        using var blind = await CallerAsync("blind", "userDefinedFunctions/write", "userDefinedEndpoints/write");
        (await blind.SendAsync("PUT", $"/app/userDefinedFunctions/f?{Version}", Code))
            .AssertError(HttpStatusCode.Forbidden, "NotAllowed", "nobody gives", $"{Prefix}read");
        (await blind.SendAsync("PUT", $"/app/userDefinedEndpoints?{Version}", Bundle))
            .AssertError(HttpStatusCode.Forbidden, "NotAllowed", "nobody gives", $"{Prefix}read");
        using var author = await CallerAsync("author", "userDefinedFunctions/write", "userDefinedEndpoints/write", "read");
        Assert.Equal(HttpStatusCode.Created, (await author.SendAsync("PUT", $"/app/userDefinedFunctions/f?{Version}", Code)).Status);
        Assert.Equal(HttpStatusCode.Created, (await author.SendAsync("PUT", $"/app/userDefinedEndpoints?{Version}", Bundle)).Status);
        // What takes code away gives nobody anything.
        const string empty = """{"metadata":{"endpoints":{}},"modules":[]}""";
        Assert.Equal(HttpStatusCode.Created, (await blind.SendAsync("PUT", $"/app/userDefinedEndpoints?{Version}", empty)).Status);
    }

    [Fact]
    public void A_right_that_was_taken_meanwhile_is_missed_where_the_change_is_made()
    {
        Assert.True(UserId.TryParse("had", out var had));
        Assert.True(UserId.TryParse("lost", out var lost));
        var tables = LedgerTables.Empty;
        T Run<T>(ICommand<T> command)
        {
            var transaction = new Transaction(new TransactionId(new View(2), new SeqNo(5)), tables, LedgerSecret.Generate());
            var result = command.Execute(transaction);
            tables = tables.With(transaction.Writes, transaction.Id.SeqNo);
            return result;
        }
        Run(new SetUser(new LedgerUser(had, Role.Administrator), by: null));
        using var changes = JsonDocument.Parse("""{"max_execution_time_ms":7}""");
        using var endpoints = JsonDocument.Parse(Bundle);
        Assert.True(FunctionId.TryParse("f", out var id));
        var function = new UserFunction(id, "export function main() {}");
        var bundle = Server.Functions.Bundle.Read(endpoints.RootElement);
        Assert.Equal(FunctionChange.BeyondCaller, Run(new SetFunction(function, lost)));
        Assert.Equal(FunctionChange.Created, Run(new SetFunction(function, had)));
        Assert.Equal(FunctionChange.BeyondCaller, Run(new DeleteFunction(id, lost)));
        Assert.Equal(FunctionChange.Deleted, Run(new DeleteFunction(id, had)));
        Assert.False(Run(new SetEndpoints(bundle, lost)));
        Assert.True(Run(new SetEndpoints(bundle, had)));
        Assert.Null(Run(new SetRuntimeOptions(changes.RootElement, lost)));
        Assert.Equal(7, Run(new SetRuntimeOptions(changes.RootElement, had))!.Milliseconds);
    }

    private async Task<Caller> CallerAsync(string role, params string[] actions)
    {
        var names = actions.Select(action => Prefix + action);
        var body = JsonSerializer.Serialize(new { roles = new[] { new { roleName = role, roleActions = names } } });
        (await ledger.Administrator.SendAsync("PUT", $"/app/roles?{Version}", body)).AssertOk();
        var caller = ledger.CallerWith(Certificates.New(role));
        await ledger.AddAsync(caller, role);
        return caller;
    }
}
