using Stele.Nemesis.Ground;

namespace Stele.Nemesis.Faults;

/// <summary>Which fault comes next: every one once, in an order that the seed decides, and then again.</summary>
internal sealed class FaultPlan(int seed, IGround ground)
{
    private readonly Random _random = new(seed);
    private readonly Queue<Fault> _next = new();

    /// <summary>Everything dies at once, etcd too, and is started again.</summary>
    private static readonly Fault Everything = new(
        "kill -9 of everything",
        async (network, random) =>
        {
            await Task.WhenAll([.. network.Nodes.Select(node => node.KillAsync()), .. network.Etcd.Members.Select(one => one.KillAsync())]);
            await Task.Delay(Fault.Between(random, 0, 3));
            foreach (var member in network.Etcd.Members)
                member.Start();
            foreach (var node in network.Nodes)
                node.Launch();
            foreach (var member in network.Etcd.Members)
                await network.Etcd.HealthyAsync(member);
            foreach (var node in network.Nodes)
                await node.ReadyAsync();
        });

    /// <summary>The next fault.</summary>
    public Fault Next()
    {
        if (_next.Count == 0)
            Refill();
        return _next.Dequeue();
    }

    /// <summary>What decides a fault's lengths and choices.</summary>
    public Random Chance() => new(_random.Next());

    private void Refill()
    {
        var (nodes, etcd) = (Shuffled([.. NodeFaults.All, .. ground.NodeFaults]), Shuffled([.. EtcdFaults.All, .. ground.EtcdFaults]));
        var both = nodes.Zip(etcd).Take(4).Select(pair => Fault.Both(pair.Second, pair.First));
        foreach (var fault in Shuffled([.. nodes, .. etcd, .. both, Everything]))
            _next.Enqueue(fault);
    }

    private Fault[] Shuffled(IEnumerable<Fault> faults)
    {
        Fault[] all = [.. faults];
        _random.Shuffle(all);
        return all;
    }
}
