namespace Stele.Scripting.Tests;

/// <summary>What scripts can do in the sandbox.</summary>
public sealed class SandboxTests
{
    [Theory]
    [InlineData("1 + 1", "2")]
    [InlineData("[1, 2, 3].map(n => n * 0.1).join()", "\"0.1,0.2,0.30000000000000004\"")]
    [InlineData("new Map([['a', 1]]).get('a')", "1")]
    [InlineData("(() => { class A { #x = 7; get x() { return this.#x; } } return `is ${new A().x}`; })()", "\"is 7\"")]
    [InlineData("Math.sin(1) + Math.pow(2, 0.5)", "2.2556845471809917")]
    [InlineData("/(a+)+$/.test('aaaa')", "true")]
    [InlineData("12345678901234567890n.toString(16)", "\"ab54a98ceb1f0ad2\"")]
    [InlineData("Date.now()", "0")]
    [InlineData("new Date(86400000).toISOString()", "\"1970-01-02T00:00:00.000Z\"")]
    [InlineData("undefined", null)]
    public void Expressions(string expression, string? result) =>
        Assert.Equal(new ScriptOutcome.Returned(result), Scripts.Evaluate(expression));
}
