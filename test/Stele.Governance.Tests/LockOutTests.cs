using Stele.Governance.Proposals;
using static Stele.Governance.Tests.TestConsortium;

namespace Stele.Governance.Tests;

/// <summary>Before members vote for a constitution under which nobody could change anything, they are told.</summary>
public sealed class LockOutTests
{
    private readonly TestConsortium _consortium = new(members: 2);

    [Theory]
    [InlineData("return { valid: false, description: 'never' };", "return 'Accepted';", "refuses the proposal: never")]
    [InlineData("throw new Error('mine');", "return 'Accepted';", "validate failed")]
    [InlineData("return { valid: true };", "return 'Open';", "does not accept")]
    [InlineData("return { valid: true };", "throw new Error('mine');", "resolve fails: Error: mine")]
    [InlineData("return { valid: true };", "return votes.length < 2 ? 'Open' : 'Accepted';", null)]
    public void A_constitution_that_nobody_could_change_again_is_told_of(string validate, string resolve, string? warning)
    {
        var script = $"export function validate() {{ {validate} }} export function resolve(p, id, votes) {{ {resolve} }} "
            + "export function apply() {}";
        var preview = Preview(script);
        Assert.Null(preview.Failure);
        if (warning is null) Assert.Empty(preview.Warnings);
        else Assert.Contains(warning, Assert.Single(preview.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void The_default_one_with_a_change_is_not() =>
        Assert.Empty(Preview(Constitution.DefaultConstitution.Script + "// changed").Warnings);

    private ProposalPreview Preview(string constitution)
    {
        var proposal = _consortium.Propose(_consortium.Members[0], Action("set_constitution", new { constitution }));
        return _consortium.Deliberate().Preview(proposal.Id)!;
    }
}
