using System.Diagnostics;
using Stele.Tests.Etcd;

namespace Stele.EndToEnd.Tests;

/// <summary>Both auditors over the ledger of a network whose nodes are Pending, Trusted and Retired, each node's own files.</summary>
public sealed class CcfNetworkTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("stele-ccf-network-");

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task They_accept_what_every_node_has_of_a_ledger_with_nodes_of_every_status()
    {
        Assert.SkipWhen(
            Environment.GetEnvironmentVariable("TEST_CCF_PYTHON") is not { Length: > 0 },
            "The Python package ccf is not installed (TEST_CCF_PYTHON).");
        EtcdProgram.Require();
        await using var network = await RunningLedger.StartAsync(_data.FullName, "--nodes", "3", "--chunk-size", "30000");
        await AppendAsync(40);
        var nodes = (await OnFirstAsync("node", "list")).Ok().Lines.Select(line => line.Split('\t')).ToList();
        await LeavePendingAsync(nodes[0][2]);
        var third = nodes.Single(node => new Uri(node[2]).Port == network.Port + 20);
        (await OnFirstAsync("node", "retire", third[0])).Ok();
        await AppendAsync(40);
        // The node that is primary signs no more either, and another one goes on.
        var first = nodes.Single(node => new Uri(node[2]).Port == network.Port);
        (await OnFirstAsync("node", "retire", first[0])).Ok();
        await AppendAsync(40);
        Assert.Equal(
            ["Pending", "Retired", "Retired", "Trusted"],
            (await OnAsync(1, "node", "list")).Ok().Lines.Select(line => line.Split('\t')[1]).Order());
        await network.StopAsync();

        foreach (var node in new[] { 0, 1 })
        {
            Assert.Contains("proven", (await SteleTool.RunAsync("audit", DataOf(node))).Ok().Output, StringComparison.Ordinal);
            var theirs = (await CcfVerifier.RunAsync(Path.Combine(DataOf(node), "ledger"))).Ok();
            Assert.StartsWith("verified ", theirs.Output, StringComparison.Ordinal);
        }
    }

    private string DataOf(int node) => Path.Combine(_data.FullName, $"node{node}");

    private Task<Finished> OnFirstAsync(params string[] arguments) => OnAsync(0, arguments);

    private Task<Finished> OnAsync(int node, params string[] arguments) => SteleTool.RunAsync(
        [.. arguments, "--data", DataOf(node), "--certificate", Path.Combine(DataOf(0), "administrator.pem")]);

    private async Task AppendAsync(int entries)
    {
        var lines = Path.Combine(_data.FullName, "lines");
        await File.WriteAllLinesAsync(lines, Enumerable.Range(0, entries).Select(i => $"{i} {new string('x', 300)}"));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await OnAsync(1, "append", "--lines", "--file", lines, "--wait")).ExitCode != 0) await Task.Delay(200, patience.Token);
    }

    private async Task LeavePendingAsync(string from)
    {
        var ports = FreePorts.Take(2);
        using var join = Process.Start(SteleTool.StartInfo(
            "node", "join", "--from", from, "--service-cert", Path.Combine(DataOf(0), "service_cert.pem"),
            "--data", Path.Combine(_data.FullName, "pending"), "--etcd", "http://127.0.0.1:1",
            "--port", $"{ports[0]}", "--identity-port", $"{ports[1]}"))!;
        while (await join.StandardError.ReadLineAsync() is { } line && !line.Contains("waits", StringComparison.Ordinal))
        {
        }
        join.Kill();
        await join.WaitForExitAsync();
    }
}
