using System.CommandLine;
using System.Globalization;
using System.Net.NetworkInformation;
using Stele.Cli.Bench.Servers;
using Stele.Cli.Commands;
using Stele.Cli.Connection;

namespace Stele.Cli.Network;

/// <summary><c>stele up --nodes</c>: a network on one machine, for a look. It shows how one works, not how one survives.</summary>
internal sealed class LocalNetwork : IAsyncDisposable
{
    // For each node: its own two, and two of the etcd member beside it.
    private const int PortsOfNode = 10;
    private const int EtcdMembersMax = 3;
    private const int PortAttempts = 50;

    private const string AdministratorFile = "administrator.pem";

    private readonly List<ChildProcess> _nodes = [];
    private readonly List<ChildProcess> _etcd = [];
    private readonly string _directory;
    private readonly int _count;
    private readonly int _port;
    private readonly int? _metricsPort;
    private readonly string[] _shared;

    private LocalNetwork(int count, ParseResult parsed)
    {
        _count = count;
        _directory = Path.GetFullPath(parsed.GetRequiredValue(ServingOptions.Data));
        _port = parsed.GetRequiredValue(ServingOptions.Port);
        _metricsPort = parsed.GetValue(ObservingOptions.MetricsPort);
        _shared = [.. ServingOptions.Shared(parsed)];
    }

    private string EtcdAddresses => string.Join(',', Enumerable.Range(0, EtcdMembers).Select(EtcdClientUrl));

    private int EtcdMembers => Math.Min(_count, EtcdMembersMax);

    public static async Task<int> RunAsync(int nodes, ParseResult parsed, CancellationToken cancel)
    {
        if (parsed.GetValue(ConsortiumOptions.Members) is { Length: > 0 } && nodes > 1)
        {
            throw new CommandFailedException(
                "--nodes shows a network that an administrator lets nodes into; where members are named (--member), they let them in by "
                + "vote (transition_node_to_trusted). Start each node by itself: stele node start --help, stele node join --help.",
                ExitCode.Usage);
        }
        await using var network = new LocalNetwork(nodes, parsed);
        await network.StartAsync(cancel);
        Console.Out.WriteLine("ready");
        await network.WhenOverAsync(cancel);
        return ExitCode.Ok;
    }

    /// <summary>Stops the nodes, as an operator would, and then what they need.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Select(StopAsync));
        await Task.WhenAll(_etcd.Select(StopAsync));
    }

    private static async Task StopAsync(ChildProcess child)
    {
        if (!child.HasEnded) await child.StopAsync("TERM", CancellationToken.None);
        await child.DisposeAsync();
    }

    private async Task StartAsync(CancellationToken cancel)
    {
        Directory.CreateDirectory(_directory);
        var program = EtcdProgram.Find();
        await WhenFreeAsync(cancel);
        for (var member = 0; member < EtcdMembers; member++) _etcd.Add(await StartEtcdAsync(program, member, cancel));
        _nodes.Add(await ChildProcess.StartAsync(TiedProcess.StartInfo(NodeLine(0, "start")), "ready", cancel));
        Tell(0);
        using var administrator = Administrator();
        for (var node = 1; node < _count; node++)
        {
            var line = NodeLine(node, "join", "--from", Url(0), "--service-cert", Path.Combine(DataOf(0), "service_cert.pem"));
            var child = await ChildProcess.StartAsync(TiedProcess.StartInfo(line), null, cancel);
            _nodes.Add(child);
            await LetInAsync(administrator, child, Url(node), cancel);
            // All of it is one person's, on one machine: each node's folder opens the ledger to them.
            File.Copy(Path.Combine(DataOf(0), AdministratorFile), Path.Combine(DataOf(node), AdministratorFile), overwrite: true);
            Tell(node);
        }
        Console.Out.WriteLine($"try          stele append \"hello\" --data {DataOf(0)}");
        Console.Out.WriteLine($"             stele node list --data {DataOf(0)}");
    }

    // What a network before this one has left behind ends within seconds of it.
    private async Task WhenFreeAsync(CancellationToken cancel)
    {
        var mine = Enumerable.Range(0, _count).SelectMany(node => Enumerable.Range(PortOf(node), 4)).ToHashSet();
        for (var attempt = 0; attempt < PortAttempts; attempt++)
        {
            var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(one => one.Port);
            if (!mine.Overlaps(taken)) return;
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancel);
        }
        throw new CommandFailedException(
            $"A network of {_count} nodes needs ports {mine.Min()} to {mine.Max()}, and one is in use; choose others with --port.",
            ExitCode.Failed);
    }

    private void Tell(int node) => Console.Out.WriteLine($"node {node}       {Url(node)} ({DataOf(node)})");

    // As an administrator who sees the node that was just started ask.
    private static async Task LetInAsync(LedgerConnection administrator, ChildProcess child, string url, CancellationToken cancel)
    {
        while (!child.Output.Split('\n').Contains("ready"))
        {
            if (child.HasEnded) throw new CommandFailedException($"A node ended:\n{child.Output}", ExitCode.Failed);
            var nodes = (await administrator.GetAsync("/app/nodes", cancel)).Json().GetProperty("nodes");
            foreach (var node in nodes.EnumerateArray())
                if (node.GetProperty("status").GetString() == "Pending" && node.GetProperty("address").GetString() == url)
                    await NodeCommand.SetStatusAsync(administrator, node.GetProperty("nodeId").GetString()!, "Trusted", cancel);
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancel);
        }
    }

    private async Task WhenOverAsync(CancellationToken cancel)
    {
        try
        {
            await Task.WhenAny(_nodes.Concat(_etcd).Select(child => child.WhenEndedAsync(cancel))).Unwrap();
            throw new CommandFailedException("A process of the network has ended; it is stopped.", ExitCode.Failed);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Ctrl-C or SIGTERM: the ordinary end.
        }
    }

    private LedgerConnection Administrator() => new(new LedgerLocation
    {
        Url = new Uri(Url(0)),
        ServiceCertificate = CertificateFile.Read(Path.Combine(DataOf(0), "service_cert.pem")),
        ServiceCertificateSource = Path.Combine(DataOf(0), "service_cert.pem"),
        ClientCertificate = CertificateFile.ReadWithKey(Path.Combine(DataOf(0), AdministratorFile)),
    });

    private string[] NodeLine(int node, string verb, params string[] more) => ChildProcess.Self(
    [
        "node", verb, "--data", DataOf(node), "--port", Text(PortOf(node)), "--identity-port", Text(PortOf(node) + 1),
        "--node-address", Url(node), "--etcd", EtcdAddresses, .. more, .. Metrics(node), .. _shared,
    ]);

    private Task<ChildProcess> StartEtcdAsync(string program, int member, CancellationToken cancel)
    {
        var cluster = string.Join(',', Enumerable.Range(0, EtcdMembers).Select(one => $"etcd{one}={EtcdPeerUrl(one)}"));
        string[] line =
        [
            program, "--name", $"etcd{member}", "--data-dir", Path.Combine(_directory, $"etcd{member}"),
            "--listen-client-urls", EtcdClientUrl(member), "--advertise-client-urls", EtcdClientUrl(member),
            "--listen-peer-urls", EtcdPeerUrl(member), "--initial-advertise-peer-urls", EtcdPeerUrl(member),
            "--initial-cluster", cluster, "--log-level", "error",
        ];
        return ChildProcess.StartAsync(TiedProcess.StartInfo(line), null, cancel);
    }

    private string[] Metrics(int node) => _metricsPort switch
    {
        null => [],
        0 => ["--metrics-port", "0"],
        { } first => ["--metrics-port", Text(first + (node * PortsOfNode))],
    };

    private string DataOf(int node) => Path.Combine(_directory, $"node{node}");

    private int PortOf(int node) => _port + (node * PortsOfNode);

    private string Url(int node) => $"https://127.0.0.1:{Text(PortOf(node))}";

    private string EtcdClientUrl(int member) => $"http://127.0.0.1:{Text(PortOf(member) + 2)}";

    private string EtcdPeerUrl(int member) => $"http://127.0.0.1:{Text(PortOf(member) + 3)}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
