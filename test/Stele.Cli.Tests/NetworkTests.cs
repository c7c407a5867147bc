using System.Net;
using System.Net.Sockets;
using Stele.Tests.Etcd;

namespace Stele.Cli.Tests;

/// <summary>stele up --nodes: a network on one machine, and what stele node says of it.</summary>
public sealed class NetworkTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Three_nodes_come_up_take_entries_anywhere_and_end_with_whoever_started_them()
    {
        EtcdProgram.Require();
        await using var network = await RunningLedger.StartAsync(_directory, "--nodes", "3");
        var nodes = (await OnAsync(0, "node", "list")).Ok().Lines;
        Assert.Equal(3, nodes.Length);
        Assert.All(nodes, node => Assert.Equal("Trusted", node.Split('\t')[1]));
        var id = (await OnAsync(2, "append", "anywhere", "--wait")).Ok().Output.Trim();
        Assert.Contains("anywhere", (await OnAsync(1, "get", id)).Ok().Output, StringComparison.Ordinal);

        await network.KillAsync();
        foreach (var node in nodes) await WhenSilentAsync(new Uri(node.Split('\t')[2]).Port);
        await network.StartAsync();
        Assert.Contains("anywhere", (await OnAsync(0, "get", id)).Ok().Output, StringComparison.Ordinal);
        Assert.Equal(3, (await OnAsync(0, "node", "list")).Ok().Lines.Length);
        await network.StopAsync();
        foreach (var node in nodes) await WhenSilentAsync(new Uri(node.Split('\t')[2]).Port);
    }

    [Fact]
    public async Task A_network_for_a_look_has_no_members()
    {
        var run = await SteleTool.RunAsync("up", "--data", _directory, "--nodes", "3", "--virtual", "--member", "alice_cert.pem");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("transition_node_to_trusted", run.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory));
    }

    [Theory]
    [InlineData("2")]
    [InlineData("-1")]
    public async Task Another_number_of_nodes_is_wrong_usage(string count) =>
        Assert.Equal(2, (await SteleTool.RunAsync("up", "--data", _directory, "--nodes", count)).ExitCode);

    [Fact]
    public async Task A_node_that_has_not_joined_is_told_to()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_directory, "joined"), "https://127.0.0.1:1\n", TestContext.Current.CancellationToken);
        var run = await SteleTool.RunAsync("up", "--data", _directory, "--port", "0", "--identity-port", "0");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("stele node join", run.Errors, StringComparison.Ordinal);
    }

    private Task<Finished> OnAsync(int node, params string[] arguments) =>
        SteleTool.RunAsync([.. arguments, "--data", Path.Combine(_directory, $"node{node}")]);

    // A process that nobody waits for ends a moment later than the one that it was tied to.
    private static async Task WhenSilentAsync(int port)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port, patience.Token);
            }
            catch (SocketException)
            {
                return;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100), patience.Token);
        }
    }
}
