using System.Net;
using System.Text.Json;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Functions;

/// <summary>Functions that run with an entry.</summary>
public sealed class HookTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private const string Version = "api-version=2026-07-31-preview";
    private const string Code =
        """
        const table = ccf.kv['public:seen'];
        const key = ccf.strToBuf('all');
        const seen = () => { const row = table.get(key); return row === undefined ? '' : ccf.bufToStr(row); };
        const logs = () => ccf.kv['private:confidentialledger.logs'].get(ccf.strToBuf(context.collectionId));
        export function note(word) {
          const newest = logs();
          const text = newest === undefined ? 'nothing' : ccf.bufToStr(newest);
          table.set(key, ccf.strToBuf(`${seen()}${word}:${context.contents}/${text};`));
        }
        export function guard() { note('guard'); if (context.contents === 'bad') throw new Error('not this one'); }
        export async function later() { note('later'); throw new Error('not this one'); }
        export function main() { return seen(); }
        """;

    [Fact]
    public async Task Hooks_run_in_order_around_the_entry_and_all_of_it_counts_or_nothing()
    {
        await PutAsync(ledger.Administrator);
        var good = await AppendAsync("good", """{"functionId":"hook","properties":{"exportedFunctionName":"guard"}}""", Note("after"));
        good.AssertOk();
        Assert.Equal("guard:good/nothing;after:good/good;", await SeenAsync());
        var bad = await AppendAsync("bad", Note("before"), """{"functionId":"hook","properties":{"exportedFunctionName":"guard"}}""");
        bad.AssertError(HttpStatusCode.InternalServerError, "InternalError", "Error while executing function hook: Error: not this one");
        Assert.Equal("guard:good/nothing;after:good/good;", await SeenAsync());
        (await AppendAsync("late", """{"functionId":"hook","properties":{"exportedFunctionName":"later"}}""", "")).AssertError(
            HttpStatusCode.InternalServerError, "InternalError", "'later' returns a promise");
        Assert.Equal("guard:good/nothing;after:good/good;", await SeenAsync());
        var current = (await ledger.Reader.GetAsync($"/app/transactions/current?{Version}&collectionId=hooked")).AssertOk();
        Assert.Equal("good", current.Json.GetProperty("contents").GetString());

        // Its receipt proves the entry, as any entry's.
        var waits = await AppendAsync("proven", Note("before"), Note("after"), "&waitForCommit=true");
        var claim = waits.AssertOk().Json.GetProperty("applicationClaims")[0].GetProperty("ledgerEntry");
        Assert.Equal("proven", claim.GetProperty("contents").GetString());

        // Entries that are appended at once see each other.
        var before = (await SeenAsync()).Count(c => c == ';');
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => AppendAsync($"{i}", "", Note("at once"))));
        Assert.All(replies, reply => reply.AssertOk());
        Assert.Equal(before + 8, (await SeenAsync()).Count(c => c == ';'));
        (await AppendAsync("none", """{"functionId":"none"}""", "")).AssertError(HttpStatusCode.BadRequest, "InvalidInput", "none");
        var six = string.Join(',', Enumerable.Repeat(Note("x"), 3));
        (await AppendAsync("six", six, six)).AssertError(HttpStatusCode.BadRequest, "InvalidInput", "at most 5");
    }

    [Fact]
    public async Task Whoever_may_append_and_no_more_may_not_run_hooks()
    {
        const string prefix = "Microsoft.ConfidentialLedger/ledger/";
        (await ledger.Administrator.SendAsync(
            "PUT", $"/app/roles?{Version}", $$"""[{"roleName":"appender","roleActions":["{{prefix}}append"]}]""")).AssertOk();
        var caller = ledger.CallerWith(Certificates.New("appender"));
        await ledger.AddAsync(caller, "appender");
        (await AppendAsync("x", Note("x"), "", caller: caller))
            .AssertError(HttpStatusCode.Forbidden, "NotAllowed", "userDefinedFunctions/execute");
    }

    [Fact]
    public async Task Versions_without_hooks_refuse_them() =>
        (await ledger.Contributor.SendAsync(
            "POST", "/app/transactions?api-version=2022-05-13", $$"""{"contents":"x","preHooks":[{{Note("x")}}]}"""))
            .AssertError(HttpStatusCode.BadRequest, "InvalidInput", "preHooks is not in api-version 2022-05-13");

    private static string Note(string word) =>
        $$$"""{"functionId":"hook","properties":{"exportedFunctionName":"note","arguments":["{{{word}}}"]}}""";

    private static Task<Reply> PutAsync(Caller caller) =>
        caller.SendAsync("PUT", $"/app/userDefinedFunctions/hook?{Version}", JsonSerializer.Serialize(new { code = Code }));

    private Task<Reply> AppendAsync(string contents, string before, string after, string query = "", Caller? caller = null) =>
        (caller ?? ledger.Contributor).SendAsync(
            "POST", $"/app/transactions?{Version}&collectionId=hooked{query}",
            $$"""{"contents":"{{contents}}","preHooks":[{{before}}],"postHooks":[{{after}}]}""");

    private async Task<string> SeenAsync() =>
        (await ledger.Contributor.SendAsync("POST", $"/app/userDefinedFunctions/hook:execute?{Version}", "{}"))
            .AssertOk().Json.GetProperty("result").GetProperty("returnValue").GetString()!;
}
