using System.Net;
using System.Text.Json;
using Stele.Governance.Audit;
using Stele.Ledger.Audit;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Functions;

/// <summary>ACL's user-defined functions, over HTTP.</summary>
public sealed class FunctionTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private const string Version = "api-version=2026-07-31-preview";
    private const string Prelude =
        """
        const table = ccf.kv['public:books'];
        const read = (key) => { const row = table.get(ccf.strToBuf(key)); return row === undefined ? '' : ccf.bufToStr(row); };
        const write = (key, text) => table.set(ccf.strToBuf(key), ccf.strToBuf(text));

        """;

    [Fact]
    public async Task A_function_is_made_listed_changed_and_deleted()
    {
        const string first = "export function main() { return 1 }";
        var made = await PutAsync("crud", first);
        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Equal("crud", made.Json.GetProperty("id").GetString());
        Assert.Equal(first, made.Json.GetProperty("code").GetString());
        Assert.True(made.Id > default(TransactionId));
        Assert.Equal(HttpStatusCode.OK, (await PutAsync("crud", "export function main() { return 2 }")).Status);
        Assert.Contains("return 2", (await ledger.Reader.GetAsync(Path("crud"))).AssertOk().Text, StringComparison.Ordinal);
        var list = (await ledger.Reader.GetAsync($"/app/userDefinedFunctions?{Version}")).AssertOk().Json.GetProperty("functions");
        Assert.Contains(list.EnumerateArray(), function => function.GetProperty("id").GetString() == "crud");
        Assert.Equal(HttpStatusCode.NoContent, (await ledger.Administrator.SendAsync("DELETE", Path("crud"))).Status);
        (await ledger.Administrator.SendAsync("DELETE", Path("crud"))).AssertError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await ledger.Reader.GetAsync(Path("crud"))).AssertError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await ExecuteAsync("crud")).AssertError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [Theory]
    [InlineData("{}", "no code")]
    [InlineData("""{"code":1}""", "unknown")]
    [InlineData("""{"code":"export function main() {\n  return [1;\n}"}""", "SyntaxError", "line 2, column")]
    public async Task What_is_no_code_is_refused(string body, params string[] parts) =>
        (await ledger.Administrator.SendAsync("PUT", Path("broken"), body)).AssertError(HttpStatusCode.BadRequest, "InvalidInput", parts);

    [Theory]
    [InlineData("", "")]
    [InlineData("return 'text'", "text")]
    [InlineData("return 3", "3")]
    [InlineData("return { a: [1] }", """{"a":[1]}""")]
    [InlineData("return args.join('+')", "a+b", "a", "b")]
    [InlineData("return context.request.method + ' ' + context.request.path", "POST /app/userDefinedFunctions/values:execute")]
    [InlineData("return context.request.body.json().exportedFunctionName", "main")]
    [InlineData("return typeof context.request.headers.authorization", "undefined")]
    public async Task What_a_function_returns_is_answered_as_text(string body, string expected, params string[] arguments)
    {
        await PutAsync("values", $"export function main(...args) {{ {body} }}");
        var reply = (await ExecuteAsync("values", new { arguments, exportedFunctionName = "main" })).AssertOk();
        Assert.Equal("Succeeded", reply.Json.GetProperty("status").GetString());
        Assert.Equal(expected, reply.Json.GetProperty("result").GetProperty("returnValue").GetString());
    }

    [Theory]
    [InlineData("return '\\ud800'", "half a surrogate pair")]
    [InlineData("throw new Error('\\ud800')", "Error: \ufffd")]
    [InlineData("Object.prototype.toJSON = () => 5; throw new Error('x')", "Error: x")]
    [InlineData("return (async () => 1)()", "'main' returns a promise")]
    public async Task What_cannot_be_told_is_the_functions_failure(string body, string message)
    {
        const string harm = "Array.prototype.toJSON = () => 'x';";
        var put = await PutAsync("untold", $"{harm} export function main() {{ {body} }}");
        Assert.True(put.Status is HttpStatusCode.Created or HttpStatusCode.OK, put.Text);
        Assert.Contains(message, ErrorOf(await ExecuteAsync("untold")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_knows_its_caller_and_other_exports_can_be_called_without_a_body()
    {
        await PutAsync("caller", "export function main() { return context.userId } export const other = () => 'other'");
        var plain = await ledger.Contributor.SendAsync("POST", Path("caller:execute"));
        Assert.Equal(ledger.Contributor.Id.Value, ValueOf(plain));
        Assert.Equal("other", ValueOf(await ExecuteAsync("caller", new { exportedFunctionName = "other" })));
        var none = await ExecuteAsync("caller", new { exportedFunctionName = "none" });
        Assert.Contains("no function 'none'", ErrorOf(none), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_run_writes_is_written_whole_or_not_at_all()
    {
        await PutAsync("atomic", Prelude +
            """
            export function main(text, fails) {
              const before = read('a') + read('b');
              write('a', text);
              write('b', text);
              if (fails) throw new Error(`no ${text}`);
              return before + '>' + read('a') + read('b');
            }
            """);
        var one = await ExecuteAsync("atomic", new { arguments = (string[])["x"] });
        Assert.Equal(">xx", ValueOf(one));
        var failed = (await ExecuteAsync("atomic", new { arguments = (string[])["y", "fails"] })).AssertOk();
        Assert.Equal("Failed", failed.Json.GetProperty("status").GetString());
        Assert.StartsWith("Error while executing function atomic: Error: no y (line 8, column ", ErrorOf(failed), StringComparison.Ordinal);
        Assert.Contains("at main (atomic:8:", ErrorOf(failed), StringComparison.Ordinal);
        Assert.False(failed.Json.TryGetProperty("result", out _));
        var next = await ExecuteAsync("atomic", new { arguments = (string[])["z"] });
        Assert.Equal("xx>zz", ValueOf(next));
        Assert.True(next.Id > one.Id);
    }

    [Theory]
    [InlineData("for (;;);", "max_execution_time_ms", 20, "more steps")]
    [InlineData("const all = []; for (;;) all.push('x'.repeat(10000) + all.length)", "max_heap_bytes", 2_000_000, "memory")]
    [InlineData("const deep = () => 1 + deep(); deep()", "max_stack_bytes", 32_768, "")]
    public async Task A_run_that_comes_to_a_limit_fails_and_leaves_nothing(string code, string limit, int value, string message)
    {
        const string look = "export const look = () => read('limited')";
        await PutAsync("limited", $"{Prelude} {look}; export function main() {{ write('limited', 'x'); {code} }}");
        var options = new Dictionary<string, int> { [limit] = value };
        var failed = await ExecuteAsync("limited", new { runtimeOptions = options });
        Assert.Contains(message, ErrorOf(failed), StringComparison.Ordinal);
        Assert.Equal("", ValueOf(await ExecuteAsync("limited", new { exportedFunctionName = "look" })));
        (await ExecuteAsync("limited", new { runtimeOptions = new Dictionary<string, long> { [limit] = 1L << 40 } }))
            .AssertError(HttpStatusCode.BadRequest, "InvalidInput", limit);
    }

    [Fact]
    public async Task Members_say_what_no_run_may_use_more_of()
    {
        await PutAsync("long", "export function main() { let n = 0; for (let i = 0; i < 200000; i++) n += i; return n }");
        var asks = new { runtimeOptions = new { max_execution_time_ms = 5000 } };
        Assert.Equal("19999900000", ValueOf(await ExecuteAsync("long", asks)));
        using var member = ledger.FirstMember();
        object Limits(int milliseconds) =>
            new { max_heap_bytes = 64 << 20, max_stack_bytes = 1 << 20, max_execution_time_ms = milliseconds };
        // What runs when code is put: there the statements at the top end early, and so throw nothing.
        const string late = "for (let i = 0; i < 100000; i++); throw new SyntaxError('late'); export function main() {}";
        Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync("late", late)).Status);
        await member.DecideAsync("set_js_runtime_options", Limits(1));
        Assert.Equal(HttpStatusCode.Created, (await PutAsync("late", late)).Status);
        Assert.Contains("more steps", ErrorOf(await ExecuteAsync("long", asks)), StringComparison.Ordinal);
        await member.DecideAsync("set_js_runtime_options", Limits(5000));
        Assert.Equal("19999900000", ValueOf(await ExecuteAsync("long", asks)));
    }

    [Theory]
    [InlineData("return ccf.kv['public:ccf.gov.members.info'].size")]
    [InlineData("return ccf.kv['public:confidentialledger.user_defined_functions'].size")]
    [InlineData("return ccf.kv['other:x'].size")]
    [InlineData("ccf.kv['public:confidentialledger.roles.user_roles_mapping'].clear()")]
    [InlineData("ccf.kv['private:confidentialledger.logs'].set(ccf.strToBuf('subledger:0'), ccf.strToBuf('forged'))")]
    [InlineData("ccf.kv['private:confidentialledger.logs'].size")]
    [InlineData("ccf.setJwtPublicSigningKeys('a', {}, {})")]
    [InlineData("ccf.node.transitionServiceToOpen()")]
    [InlineData("ccf.rpc.setClaimsDigest(new ArrayBuffer(32))")]
    [InlineData("for (let i = 0; i < 1001; i++) ccf.kv.mine.set(ccf.strToBuf(`${i}`), ccf.strToBuf('x'))")]
    [InlineData("ccf.kv.mine.set(ccf.strToBuf('x'), new ArrayBuffer(1048577))")]
    public async Task What_is_not_the_applications_own_is_out_of_reach(string code)
    {
        await PutAsync("reaches", $"export function main() {{ {code} }}");
        Assert.StartsWith("Error while executing function reaches: ", ErrorOf(await ExecuteAsync("reaches")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Roles_and_entries_can_be_read()
    {
        await ledger.Contributor.AppendAsync("newest", "shelf");
        await PutAsync(
            "reads",
            """
            export function main() {
              const roles = ccf.kv['public:confidentialledger.roles.user_roles_mapping'].get(ccf.jsonCompatibleToBuf(context.userId));
              const logs = ccf.kv['private:confidentialledger.logs'];
              return [ccf.bufToStr(roles), ccf.bufToStr(logs.get(ccf.strToBuf('shelf'))), logs.has(ccf.strToBuf('none'))].join();
            }
            """);
        Assert.Equal("[\"Contributor\"],newest,false", ValueOf(await ExecuteAsync("reads")));
    }

    [Fact]
    public async Task Runs_that_conflict_run_anew_until_each_has_counted()
    {
        await PutAsync("counts", Prelude +
            "export function main() { write('count', `${Number(read('count')) + 1}`); return read('count') }");
        var replies = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => ExecuteAsync("counts")));
        Assert.Equal(Enumerable.Range(1, 12), replies.Select(ValueOf).Select(int.Parse).Order());
        Assert.Equal(12, replies.Select(reply => reply.Id).Distinct().Count());
    }

    [Fact]
    public async Task Options_of_the_ledger_hold_and_can_keep_details_back()
    {
        const string path = $"/app/userDefinedEndpoints/runtimeOptions?{Version}";
        await PutAsync("secretive", "export function main() { throw new Error('a secret') }");
        var set = await ledger.Administrator.SendAsync(
            "PATCH", path, """{"return_exception_details":false,"max_execution_time_ms":3000}""", "application/merge-patch+json");
        Assert.Equal(3000, set.AssertOk().Json.GetProperty("max_execution_time_ms").GetInt32());
        Assert.Equal(10 << 20, (await ledger.Reader.GetAsync(path)).AssertOk().Json.GetProperty("max_heap_bytes").GetInt32());
        Assert.Equal("Error while executing function secretive.", ErrorOf(await ExecuteAsync("secretive")));
        (await ledger.Administrator.SendAsync("PATCH", path, """{"return_exception_details":true}""")).AssertOk();
        Assert.Contains("a secret", ErrorOf(await ExecuteAsync("secretive")), StringComparison.Ordinal);
        (await ledger.Administrator.SendAsync("PATCH", path, """{"max_execution_time_ms":5001}"""))
            .AssertError(HttpStatusCode.BadRequest, "InvalidInput", "1 to 5000");
    }

    [Fact]
    public async Task Functions_and_their_tables_outlive_a_restart_and_the_audit_passes()
    {
        await using var own = new OwnLedger();
        await own.InitializeAsync();
        var code = Prelude.Replace("public:", "private:", StringComparison.Ordinal)
            + "export function main(text) { write('kept', read('kept') + text); return read('kept') }";
        await PutAsync("kept", code, own.Administrator);
        Assert.Equal("a", ValueOf(await ExecuteAsync("kept", new { arguments = (string[])["a"] }, own.Administrator)));
        // Until a snapshot has the sealed row, and the start begins with it.
        for (var i = 0; i < 30; i++) await own.Contributor.AppendAsync($"{i}");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (!Directory.EnumerateFiles(own.PathOf("."), "*.committed", SearchOption.AllDirectories).Any(IsSnapshot))
            await Task.Delay(50, patience.Token);
        await own.RestartAsync();
        var again = own.CallerWith(own.Administrator.Certificate);
        Assert.Equal("ab", ValueOf(await ExecuteAsync("kept", new { arguments = (string[])["b"] }, again)));
        await again.AppendAsync("entry");
        var report = await LedgerAuditor.AuditAsync(
            own.PathOf("ledger"), new AuditOptions { IsBeingWritten = true }, TestContext.Current.CancellationToken);
        var verified = Assert.IsType<AuditReport.Verified>(report);
        Assert.DoesNotContain(
            GovernanceAuditor.Replay(own.PathOf("ledger"), verified.LastSigned, TimeProvider.System, TestContext.Current.CancellationToken),
            one => one is GovernanceEvent.Unexplained);
    }

    private static bool IsSnapshot(string path) => System.IO.Path.GetFileName(path).StartsWith("snapshot_", StringComparison.Ordinal);

    private static string Path(string id) => $"/app/userDefinedFunctions/{id}?{Version}";

    private static string ValueOf(Reply reply) => reply.AssertOk().Json.TryGetProperty("result", out var result)
        ? result.GetProperty("returnValue").GetString()!
        : throw new InvalidDataException(reply.Text);

    private static string ErrorOf(Reply reply) => reply.AssertOk().Json.TryGetProperty("error", out var error)
        ? error.GetProperty("message").GetString()!
        : throw new InvalidDataException(reply.Text);

    private Task<Reply> PutAsync(string id, string code, Caller? caller = null) =>
        (caller ?? ledger.Administrator).SendAsync("PUT", Path(id), JsonSerializer.Serialize(new { code }));

    private Task<Reply> ExecuteAsync(string id, object? properties = null, Caller? caller = null) =>
        (caller ?? ledger.Contributor).SendAsync("POST", Path($"{id}:execute"), JsonSerializer.Serialize(properties ?? new { }));

    private sealed class OwnLedger : LedgerFixture
    {
        private protected override int SnapshotEntries => 10;
    }
}
