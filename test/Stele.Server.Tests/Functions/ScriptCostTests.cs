using System.Globalization;
using System.Text;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;
using Stele.Scripting;
using Stele.Server.Application;
using Stele.Server.Functions;

namespace Stele.Server.Tests.Functions;

/// <summary>What the ledger does for a script is counted as the script's own steps.</summary>
public sealed class ScriptCostTests
{
    private static readonly ScriptLimits Limits = new(20_000_000, 16 << 20, 1 << 20, TimeSpan.FromMinutes(5));
    private static readonly EntryTables Logs = EntryTables.Of(default);
    private int _reads;

    [Fact]
    public void Reading_large_entries_again_and_again_comes_to_the_limit()
    {
        var failed = Assert.IsType<ScriptOutcome.Failed>(Run("for (let i = 0; i < 100; i++) { logs.get(a); logs.get(b); }"));
        Assert.Contains("more steps", failed.Error.Message, StringComparison.Ordinal);
        Assert.InRange(_reads, 2, 100);
    }

    [Fact]
    public void What_is_known_already_is_not_read_again()
    {
        var returned = Assert.IsType<ScriptOutcome.Returned>(
            Run("for (let i = 0; i < 100; i++) { logs.has(a); logs.get(a) } return [logs.has(a), logs.has(ccf.strToBuf('none'))]"));
        Assert.Equal("[true,false]", returned.Json);
        Assert.Equal(2, _reads);
    }

    [Fact]
    public void Certificates_and_refusals_cost_too()
    {
        var failed = Assert.IsType<ScriptOutcome.Failed>(Run(
            "const pem = 'x'.repeat(10000); for (let i = 0; i < 100; i++) { try { ccf.pemToId(pem) } catch { } }"));
        Assert.Contains("more steps", failed.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ledger_has_so_many_tables_and_no_more()
    {
        var writes = new WriteSet();
        for (var i = 0; i < 4000; i++) writes.Put(new TableName(i.ToString(CultureInfo.InvariantCulture)), new byte[1], new byte[1]);
        var transaction = new ScriptTransaction(Start(LedgerTables.Empty.With(writes, new SeqNo(1))));
        transaction.Put(new TableName("17"), [2], [2]);
        Assert.Throws<ScriptHostException>(() => transaction.Put(new TableName("one-more"), [1], [1]));
    }

    private ScriptOutcome Run(string code) => Sandbox.Run(
        new Script(
            "test.js",
            $$"""
            export function main() {
              const logs = ccf.kv['{{Logs.Logs}}'];
              const [a, b] = [ccf.strToBuf('a'), ccf.strToBuf('b')];
              {{code}}
            }
            """),
        "main", "[]", new ScriptHost(new ScriptTransaction(Start(LedgerTables.Empty)), default, mayWrite: false), Limits,
        TimeProvider.System, TestContext.Current.CancellationToken);

    private RunStart Start(LedgerTables tables) => new(
        View: 2, new TransactionId(new View(2), new SeqNo(9)), tables, Logs,
        collection =>
        {
            _reads++;
            return collection.Value == "none" ? null : new NewestEntry(new SeqNo(5), Encoding.UTF8.GetBytes("text"), 1 << 20);
        });
}
