using System.Text.Json;

namespace Stele.Scripting.Tests;

/// <summary>Scripts that want to do harm come to a limit, and the next script runs as if they had not been.</summary>
public sealed class HostileTests
{
    private const string Steps = "more steps";
    private const string Memory = "memory";

    [Theory]
    [InlineData("while (true);")]
    [InlineData("for (;;) { try { throw 1 } catch {} }")]
    [InlineData("try { while (true); } finally { while (true); }")]
    [InlineData("const f = () => { try { f() } finally { f() } }; f();")]
    [InlineData("return /^(a+)+$/.test('a'.repeat(5000) + 'b');")]
    [InlineData("return /(x+x+)+y/.exec('x'.repeat(100));")]
    [InlineData("return [].indexOf.call({ length: 2 ** 53 - 1 }, 1);")]
    [InlineData("return [].includes.call({ length: 2 ** 53 - 1 }, 1);")]
    [InlineData("return Array.from({ length: 2 ** 32 - 2 }, () => 0);")]
    [InlineData("const o = { get a() { while (true); } }; return o.a;")]
    [InlineData("return new Proxy({}, { get() { while (true); } }).a;")]
    [InlineData("return { toJSON() { while (true); } };")]
    [InlineData("throw { get message() { while (true); }, toString() { while (true); } };")]
    [InlineData("return 7n ** (7n ** 9n) % 1000n;")]
    [InlineData("const g = function* () { while (true) yield 1; }; return Math.max(...g());")]
    [InlineData("const s = 'a'.repeat(1e6); let n = 0; for (;;) n += s.indexOf('b');")]
    [InlineData("const a = new Uint8Array(1e6); for (;;) a.fill(1);")]
    public void Endless_work_is_stopped(string body) => Assert.Matches($"{Steps}|{Memory}|stack|large|range|big", Fails(body));

    [Theory]
    [InlineData("const a = []; while (true) a.push(new Array(1000).fill(1));")]
    [InlineData("let s = 'x'; while (true) s += s;")]
    [InlineData("return 'x'.repeat(2 ** 29);")]
    [InlineData("return new ArrayBuffer(2 ** 31);")]
    [InlineData("return new Uint8Array(2 ** 30).length;")]
    [InlineData("return 'x'.padEnd(2 ** 29);")]
    [InlineData("const m = new Map(); for (let i = 0; ; i++) m.set(i, 'value ' + i);")]
    [InlineData("let o = {}; for (;;) o = { o };")]
    [InlineData("return JSON.parse('['.repeat(1e6) + ']'.repeat(1e6));")]
    [InlineData("let o = []; for (let i = 0; i < 1e5; i++) o = [o]; return o;")]
    [InlineData("return new RegExp('('.repeat(1e6));")]
    [InlineData("return new RegExp('(?:'.repeat(1e5) + ')'.repeat(1e5)).test('');")]
    [InlineData("return eval('['.repeat(1e6));")]
    [InlineData("return eval('1' + '+1'.repeat(3e5));")]
    [InlineData("const f = () => f() + 1; return f();")]
    [InlineData("const f = () => [1].map(f); return f();")]
    [InlineData("const o = { get a() { return this.a; } }; return o.a;")]
    [InlineData("const o = {}; o.toString = () => `${o}`; return String(o);")]
    [InlineData("let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return p.x;")]
    [InlineData("let p = {}; for (let i = 0; i < 1e5; i++) p = Object.create(p); return p.x;")]
    [InlineData("const a = []; a[0] = a; return a.flat(Infinity);")]
    [InlineData("const a = []; a[0] = a; return JSON.stringify(a);")]
    [InlineData("let f = () => 1; for (let i = 0; i < 1e5; i++) f = f.bind(null); return f();")]
    [InlineData("return String.fromCharCode(...new Array(1e6));")]
    [InlineData("return 'x'.replace(/x/g, '$&'.repeat(1e7));")]
    public void Deep_and_large_things_do_no_harm(string body)
    {
        var outcome = Scripts.Run($"export function main() {{ {body} }}");
        Assert.True(outcome is ScriptOutcome.Failed or ScriptOutcome.Returned, outcome.ToString());
        Assert.DoesNotContain("broke the engine", outcome.ToString(), StringComparison.Ordinal);
        Assert.Equal(new ScriptOutcome.Returned("2"), Scripts.Evaluate("1 + 1"));
    }

    [Fact]
    public void The_clock_and_a_caller_who_has_gone_end_a_script_without_an_outcome()
    {
        var script = new Script("test.js", "export function main() { while (true); }");
        var hurried = Scripts.Limits with { Steps = long.MaxValue, Time = TimeSpan.FromMilliseconds(50) };
        Assert.Throws<TimeoutException>(() => Sandbox.Run(
            script, "main", "[]", new Scripts.NoHost(), hurried, TimeProvider.System, TestContext.Current.CancellationToken));
        using var gone = new CancellationTokenSource();
        gone.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Sandbox.Run(
            script, "main", "[]", new Scripts.NoHost(), Scripts.Limits, TimeProvider.System, gone.Token));
    }

    [Fact]
    public void The_same_script_ends_at_the_same_step_on_every_run()
    {
        const string counting = "export function main() { for (;;) ccf.digest('x', new ArrayBuffer(0)); }";
        var (first, second) = (new Counter(), new Counter());
        Scripts.Run(counting, host: first);
        Scripts.Run(counting, host: second);
        Assert.NotEqual(0, first.Calls);
        Assert.Equal(first.Calls, second.Calls);
    }

    private sealed class Counter : IScriptHost
    {
        public int Calls { get; private set; }

        public HostAnswer Answer(string operation, JsonElement arguments, byte[]? first, byte[]? second)
        {
            Calls++;
            return HostAnswer.Nothing;
        }
    }

    private static string Fails(string body) =>
        Assert.IsType<ScriptOutcome.Failed>(Scripts.Run($"export function main() {{ {body} }}")).Error.ToString();
}
