namespace Stele.Scripting.Tests;

/// <summary>Scripts that share one budget.</summary>
public sealed class BudgetTests
{
    [Fact]
    public void What_one_script_uses_another_one_has_no_more()
    {
        var budget = new StepBudget(Scripts.Limits, TimeProvider.System, TestContext.Current.CancellationToken);
        var script = new Script("test.js", "for (let i = 0; i < 1e4; i++); export function main() { return 1; }");
        Assert.Null(Sandbox.Check(script, ["main"], new Scripts.NoHost(), budget));
        var ends = Enumerable.Range(0, 100).Select(_ => Sandbox.Run(script, "main", "[]", new Scripts.NoHost(), budget)).ToList();
        Assert.Equal(new ScriptOutcome.Returned("1"), ends[0]);
        Assert.Contains("more steps", Assert.IsType<ScriptOutcome.Failed>(ends[^1]).Error.Message, StringComparison.Ordinal);
    }
}
