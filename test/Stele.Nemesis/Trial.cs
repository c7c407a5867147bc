using Stele.Nemesis.Checks;
using Stele.Nemesis.Clients;
using Stele.Nemesis.Faults;
using Stele.Nemesis.Ground;
using Stele.Nemesis.History;
using Stele.Nemesis.Network;

namespace Stele.Nemesis;

/// <summary>A network under load, what is done to it, and the judgement at the end.</summary>
internal sealed class Trial : IAsyncDisposable
{
    // Long enough for a slow machine: one that does not recover never does.
    private static readonly TimeSpan RecoveryMax = TimeSpan.FromSeconds(180);

    private readonly Load _load;
    private readonly Action<string> _say;
    private readonly List<Violation> _violations = [];

    private Trial(LedgerNetwork network, Recorder recorder, Load load, Action<string> say) =>
        (Network, Recorder, _load, _say) = (network, recorder, load, say);

    /// <summary>The network.</summary>
    public LedgerNetwork Network { get; }

    /// <summary>What the clients do and are answered.</summary>
    public Recorder Recorder { get; }

    /// <summary>Whether something has gone so wrong that nothing more can be tried.</summary>
    public bool IsOver => _violations.Count > 0;

    /// <summary>Starts a network and a load.</summary>
    /// <param name="ground">What the processes stand on.</param>
    /// <param name="folder">Where data directories, logs and the history go.</param>
    /// <param name="seed">What decides the clients' choices.</param>
    /// <param name="lease">How long a silent primary keeps its place.</param>
    /// <param name="load">How hard the load presses.</param>
    /// <param name="say">Who is told what happens.</param>
    public static async Task<Trial> StartAsync(
        IGround ground, string folder, int seed, TimeSpan lease, LoadOptions load, Action<string> say)
    {
        Directory.CreateDirectory(folder);
        var network = await LedgerNetwork.StartAsync(ground, folder, lease);
        var recorder = new Recorder();
        var trial = new Trial(network, recorder, new Load(network, recorder, load, seed), say);
        await trial.RecoverAsync();
        trial.Say("three nodes and three members of etcd take writes");
        return trial;
    }

    /// <summary>Tells something, with the time of the run.</summary>
    public void Say(string line) => _say($"{Recorder.Now,8:F2} s  {line}");

    /// <summary>Lets a fault happen, and waits until the network takes writes again.</summary>
    public async Task SufferAsync(Fault fault, Random random)
    {
        Say(fault.Name);
        try
        {
            await fault.Run(Network, random);
        }
        catch (Exception failure) when (failure is InvalidOperationException or TimeoutException or OperationCanceledException)
        {
            Break("every process comes back", $"{fault.Name}: {failure.Message}");
            return;
        }

        await RecoverAsync();
    }

    /// <summary>Waits until an append that began from now on is committed, at whichever node.</summary>
    public async Task RecoverAsync()
    {
        var begin = Recorder.Now;
        while (!Recorder.HasCommittedSince(begin))
        {
            await Task.Delay(20);
            if (Recorder.Now - begin < RecoveryMax.TotalSeconds)
                continue;
            Break("the network recovers", $"no append was committed in {RecoveryMax.TotalSeconds} s");
            return;
        }
    }

    /// <summary>Ends the load, waits until all nodes agree, ends them, and judges.</summary>
    public async Task<IReadOnlyList<Violation>> JudgeAsync()
    {
        await _load.DisposeAsync();
        if (!IsOver)
            await AgreeAsync();
        await StopAsync();
        Say($"the load has ended: {Recorder.Calls.Count} calls, {Recorder.Committed} appends answered as committed");
        var data = Network.Nodes.Select(node => node.Data).ToList();
        var ledgers = await Task.WhenAll(Network.Nodes.Select(node => LedgerReading.ReadAsync($"node {node.Number}", node.Data)));
        _violations.AddRange(Checker.Check(new Evidence(Recorder.Calls, ledgers, Network.Service)));
        _violations.AddRange(LedgerReading.DifferentFiles(data));
        foreach (var directory in data)
        {
            var audit = await SteleTool.RunAsync("audit", directory);
            if (audit.ExitCode != 0)
                Break("every ledger audits clean", $"{directory}: {audit}");
        }

        Say($"{ledgers.Max(ledger => ledger.Items.Count)} transactions in the ledger, {_violations.Count} violations");
        return _violations;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Network.DisposeAsync();

    // Each node takes a write, and then all say the same.
    private async Task AgreeAsync()
    {
        var begin = Recorder.Now;
        foreach (var node in Network.Nodes)
        {
            using var client = Network.Client(Recorder, client: -1, node);
            for (var attempt = 0; ; attempt++)
            {
                if ((await client.AppendAsync("c0", $"last/{node.Number}/{attempt}", committed: true)).IsAcknowledged)
                    break;
                await Task.Delay(200);
                if (Recorder.Now - begin <= RecoveryMax.TotalSeconds)
                    continue;
                Break("at the end every node takes writes", $"node {node.Number} does not");
                return;
            }
        }

        while (await Network.CommitsAsync() is var commits && (commits[0] is null || commits.Distinct().Count() > 1))
        {
            await Task.Delay(100);
            if (Recorder.Now - begin <= RecoveryMax.TotalSeconds)
                continue;
            Break("at the end all nodes agree", string.Join(", ", commits));
            return;
        }
    }

    // The primary last, so that no other one begins a view.
    private async Task StopAsync()
    {
        var primary = await Network.FindPrimaryAsync();
        foreach (var node in Network.Nodes.OrderBy(node => node == primary).Where(node => node.IsRunning))
        {
            try
            {
                if (await node.StopAsync() is not 0 and var code)
                    Break("a node ends when it is asked to", $"node {node.Number} ended with {code}");
            }
            catch (TimeoutException)
            {
                Break("a node ends when it is asked to", $"node {node.Number} does not");
                await node.KillAsync();
            }
        }
    }

    private void Break(string rule, string what)
    {
        var violation = new Violation(rule, what);
        Say($"VIOLATION: {violation}");
        _violations.Add(violation);
    }
}
