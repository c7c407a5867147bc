using System.Text.Json;

namespace Stele.Scripting.Tests;

/// <summary>A script sees nothing but what its host answers, and leaves nothing behind.</summary>
public sealed class IsolationTests
{
    [Theory]
    [InlineData("process")]
    [InlineData("require")]
    [InlineData("std")]
    [InlineData("os")]
    [InlineData("fetch")]
    [InlineData("XMLHttpRequest")]
    [InlineData("WebAssembly")]
    [InlineData("setTimeout")]
    [InlineData("Deno")]
    [InlineData("scriptArgs")]
    [InlineData("loadScript")]
    public void Nothing_of_the_machine_is_there(string name) =>
        Assert.Equal(new ScriptOutcome.Returned("\"undefined\""), Scripts.Evaluate($"typeof globalThis.{name}"));

    [Fact]
    public void What_one_script_changes_no_other_sees()
    {
        Scripts.Run("export function main() { globalThis.left = 1; Array.prototype.map = 2; Object.prototype.x = 3; }");
        Assert.Equal(
            new ScriptOutcome.Returned("\"undefined function undefined\""),
            Scripts.Evaluate("`${typeof globalThis.left} ${typeof [].map} ${typeof ({}).x}`"));
    }

    [Fact]
    public void Chance_and_time_are_the_same_in_every_run() => Assert.Equal(
        Scripts.Evaluate("[Math.random(), Date.now(), new Date().toString(), typeof performance]"),
        Scripts.Evaluate("[Math.random(), Date.now(), new Date().toString(), typeof performance]"));

    [Fact]
    public void Code_cannot_change_what_the_bindings_use()
    {
        var host = new Recorder();
        Scripts.Run(
            """
            JSON.stringify = JSON.parse = () => '["stolen"]';
            Array.prototype.map = Function.prototype.call = Object.fromEntries = () => { throw 1; };
            export function main() { return ccf.kv['a "table"'].size; }
            """,
            host: host);
        Assert.Equal(["kv.keys [\"a \\\"table\\\"\"]"], host.Asked);
    }

    [Fact]
    public void The_bindings_cannot_be_replaced() => Assert.Equal(
        new ScriptOutcome.Returned("[true,true,true]"),
        Scripts.Evaluate("""
            [() => { ccf.kv = 1 }, () => { ccf.crypto.digest = 1 }, () => { globalThis.ccf = 1 }]
                .map(change => { try { change(); return false; } catch { return true; } })
            """));

    [Fact]
    public void Texts_and_buffers_go_both_ways_unchanged() => Assert.Equal(
        new ScriptOutcome.Returned("[true,\"\\u0000ä\ud83d\ude00\",\"AAEC/w==\"]"),
        Scripts.Run(
            """
            export function main(text) {
                const buffer = ccf.strToBuf(text);
                return [ccf.bufToStr(buffer) === text, text, ccf.bufToStr(new Uint8Array([0, 1, 2, 255]))];
            }
            """,
            "[\"\\u0000ä\\ud83d\\ude00\"]",
            new Echo()));

    private sealed class Recorder : IScriptHost
    {
        public List<string> Asked { get; } = [];

        public HostAnswer Answer(string operation, JsonElement arguments, byte[]? first, byte[]? second)
        {
            Asked.Add($"{operation} {arguments.GetRawText()}");
            return HostAnswer.OfJson("[]");
        }
    }

    private sealed class Echo : IScriptHost
    {
        public HostAnswer Answer(string operation, JsonElement arguments, byte[]? first, byte[]? second) =>
            first is null ? HostAnswer.Of(System.Text.Encoding.UTF8.GetBytes(arguments[0].GetString()!))
            : first.AsSpan().Contains((byte)255) ? HostAnswer.Of(Convert.ToBase64String(first))
            : HostAnswer.Of(System.Text.Encoding.UTF8.GetString(first));
    }
}
