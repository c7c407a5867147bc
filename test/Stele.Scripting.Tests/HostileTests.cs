using System.Text.Json;

namespace Stele.Scripting.Tests;

/// <summary>Scripts that want to do harm come to a limit, and the next script runs as if they had not been.</summary>
public sealed class HostileTests
{
    private const string Steps = "more steps";
    private const string Memory = "memory";

    /// <summary>Bodies of functions that do not end.</summary>
    public static TheoryData<string> Endless =>
    [
        "while (true);",
        "for (;;) { try { throw 1 } catch {} }",
        "try { while (true); } finally { while (true); }",
        "const f = () => { try { f() } finally { f() } }; f();",
        "return /^(a+)+$/.test('a'.repeat(5000) + 'b');",
        "return /(x+x+)+y/.exec('x'.repeat(100));",
        "return [].indexOf.call({ length: 2 ** 53 - 1 }, 1);",
        "return [].includes.call({ length: 2 ** 53 - 1 }, 1);",
        "return Array.from({ length: 2 ** 32 - 2 }, () => 0);",
        "const o = { get a() { while (true); } }; return o.a;",
        "return new Proxy({}, { get() { while (true); } }).a;",
        "return { toJSON() { while (true); } };",
        "throw { get message() { while (true); }, toString() { while (true); } };",
        "return 7n ** (7n ** 9n) % 1000n;",
        "const g = function* () { while (true) yield 1; }; return Math.max(...g());",
        "const s = 'a'.repeat(1e6); let n = 0; for (;;) n += s.indexOf('b');",
        "const a = new Uint8Array(1e6); for (;;) a.fill(1);",
    ];

    /// <summary>Bodies of functions that need much.</summary>
    public static TheoryData<string> DeepAndLarge =>
    [
        "const a = []; while (true) a.push(new Array(1000).fill(1));",
        "let s = 'x'; while (true) s += s;",
        "return 'x'.repeat(2 ** 29);",
        "return new ArrayBuffer(2 ** 31);",
        "return new Uint8Array(2 ** 30).length;",
        "return 'x'.padEnd(2 ** 29);",
        "const m = new Map(); for (let i = 0; ; i++) m.set(i, 'value ' + i);",
        "let o = {}; for (;;) o = { o };",
        "return JSON.parse('['.repeat(1e6) + ']'.repeat(1e6));",
        "let o = []; for (let i = 0; i < 1e5; i++) o = [o]; return o;",
        "return new RegExp('('.repeat(1e6));",
        "return new RegExp('(?:'.repeat(1e5) + ')'.repeat(1e5)).test('');",
        "return eval('['.repeat(1e6));",
        "return eval('1' + '+1'.repeat(3e5));",
        "const f = () => f() + 1; return f();",
        "const f = () => [1].map(f); return f();",
        "const o = { get a() { return this.a; } }; return o.a;",
        "const o = {}; o.toString = () => `${o}`; return String(o);",
        "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return p.x;",
        "let p = {}; for (let i = 0; i < 1e5; i++) p = Object.create(p); return p.x;",
        "const a = []; a[0] = a; return a.flat(Infinity);",
        "const a = []; a[0] = a; return JSON.stringify(a);",
        "let f = () => 1; for (let i = 0; i < 1e5; i++) f = f.bind(null); return f();",
        "return String.fromCharCode(...new Array(1e6));",
        "return 'x'.replace(/x/g, '$&'.repeat(1e7));",
    ];

    [Theory]
    [MemberData(nameof(Endless))]
    public void Endless_work_is_stopped(string body) => Assert.Matches($"{Steps}|{Memory}|stack|large|range|big", Fails(body));

    [Theory]
    [MemberData(nameof(DeepAndLarge))]
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
