using System.Diagnostics;
using Stele.Nemesis.Ground;
using Stele.Nemesis.Network;

namespace Stele.EndToEnd.Tests.Network;

/// <summary>Three nodes that are restarted one after the other, as for an upgrade, under Microsoft's Python client.</summary>
public sealed class RollingRestartTests : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private const string Package = "/usr/lib/python3/dist-packages/azure/confidentialledger";

    // Long, so that a slow machine deposes nobody: a primary that is stopped in order gives its place up by itself.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly string _folder = Directory.CreateTempSubdirectory("stele-test-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Writes_of_the_official_client_through_the_other_nodes_all_succeed()
    {
        Requirement.Met(Directory.Exists(Package), "Debian's package python3-azure is not installed.");
        await using var ground = new ProxiedLoopback();
        await using var network = await LedgerNetwork.StartAsync(ground, _folder, Lease);
        var nodes = network.Nodes;
        using var client = Start(
        [
            "-B", Tour.Script("Python/azure_rolling.py"), Path.Combine(nodes[0].Data, "service_cert.pem"),
            Path.Combine(nodes[0].Data, "administrator.pem"),
            .. nodes.Select(node => node.Place.Itself.GetLeftPart(UriPartial.Authority)),
        ]);
        var errors = client.StandardError.ReadToEndAsync(Cancel);
        var primary = await network.PrimaryAsync();
        // The backups first, as the manual says; then all have been restarted, and there was one election.
        foreach (var node in nodes.OrderBy(node => node == primary))
        {
            await UseAsync(client, errors, string.Join(' ', nodes.Where(other => other != node).Select(other => other.Number)));
            Assert.Equal(0, await node.StopAsync());
            node.Launch();
            await node.ReadyAsync();
        }
        await UseAsync(client, errors, "0 1 2");
        client.StandardInput.Close();
        var said = await client.StandardOutput.ReadToEndAsync(Cancel).WaitAsync(Patience, Cancel);
        await client.WaitForExitAsync(Cancel);
        Assert.True(client.ExitCode == 0 && said.TrimEnd().EndsWith("1..4", StringComparison.Ordinal), $"{said}\n{await errors}");
        Assert.DoesNotContain("not ok", said, StringComparison.Ordinal);
        Assert.NotEqual(primary, await network.PrimaryAsync());
    }

    private static Process Start(string[] arguments) => Process.Start(new ProcessStartInfo(Python, arguments)
    {
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static async Task UseAsync(Process client, Task<string> errors, string nodes)
    {
        await client.StandardInput.WriteLineAsync(nodes);
        await client.StandardInput.FlushAsync(Cancel);
        var answer = await client.StandardOutput.ReadLineAsync(Cancel).AsTask().WaitAsync(Patience, Cancel);
        Assert.True(answer == nodes, $"The client said: {answer}\n{(answer == nodes ? "" : await errors)}");
    }
}
