using Stele.Server.Joining;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Network;

/// <summary>What an operator is told of nodes that were refused.</summary>
public sealed class JoinRefusalsTests
{
    [Fact]
    public void An_operator_reads_why_a_node_was_refused_and_of_many_how_many_there_were()
    {
        var time = new ManualTime();
        List<string> told = [];
        var refusals = new JoinRefusals(told.Add, time);
        refusals.Add("a1", "Its\r\nmeasurement.");
        refusals.Add("b2", "Another.");
        refusals.Add("c3", "Another.");
        time.Advance(TimeSpan.FromSeconds(1));
        refusals.Add("d4", "Last.");
        Assert.Equal(["Node a1 may not join. Its??measurement.", "Node d4 may not join. Last. (2 more were refused before.)"], told);
    }
}
