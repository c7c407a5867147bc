using Stele.Nemesis.Network;

namespace Stele.Nemesis.Faults;

/// <summary>Something that goes wrong for a while, and is over when its task is.</summary>
/// <param name="Name">What it is, in a few words.</param>
/// <param name="Run">Does it, and waits until every process runs again and every way is open.</param>
internal sealed record Fault(string Name, Func<LedgerNetwork, Random, Task> Run)
{
    /// <summary>Two that go on at the same time: one of etcd's, one of a node's.</summary>
    public static Fault Both(Fault one, Fault other) => new(
        $"{one.Name}, and {other.Name}",
        async (network, random) =>
        {
            var later = new Random(random.Next());
            await Task.WhenAll(one.Run(network, random), other.Run(network, later));
        });

    /// <summary>A length of time between the two, in seconds.</summary>
    public static TimeSpan Between(Random random, double least, double most) =>
        TimeSpan.FromSeconds(least + ((most - least) * random.NextDouble()));
}
