using System.Diagnostics;

namespace Stele.Nemesis.Ground;

/// <summary>A network namespace with one cable to the switch: what a machine of its own is to a network.</summary>
internal sealed class NamespaceHost : IDisposable
{
    private const string Device = "eth0";

    // A hardware address that no device has: what is sent there is lost on the way.
    private const string Nowhere = "02:00:5e:00:00:fe";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Holds the namespace until this process is gone: it reads from a pipe that ends then.
    private readonly Process _holder;
    private readonly string _cable;

    private NamespaceHost(Process holder, int number)
    {
        (_holder, _cable) = (holder, $"cable{number}");
        Address = $"10.87.0.{number}";
    }

    /// <summary>Its address.</summary>
    public string Address { get; }

    /// <summary>What starts a program in it.</summary>
    public IReadOnlyList<string> Enter => ["nsenter", $"--net=/proc/{_holder.Id}/ns/net"];

    /// <summary>Makes one, and plugs it into the switch.</summary>
    public static async Task<NamespaceHost> CreateAsync(int number, string networkSwitch)
    {
        var holder = Process.Start(new ProcessStartInfo("unshare", ["--net", "cat"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
        })!;
        var host = new NamespaceHost(holder, number);
        await host.IsApartAsync();
        await LinuxNetwork.RunAsync("ip", "link", "add", host._cable, "type", "veth", "peer", "name", Device, "netns", $"{holder.Id}");
        await LinuxNetwork.RunAsync("ip", "link", "set", host._cable, "master", networkSwitch, "up");
        await host.RunAsync("ip", "link", "set", "lo", "up");
        await host.RunAsync("ip", "addr", "add", $"{host.Address}/24", "dev", Device);
        await host.RunAsync("ip", "link", "set", Device, "up");
        return host;
    }

    /// <summary>Pulls its cable: nothing it sends arrives, and nothing reaches it, and nobody is told.</summary>
    public Task UnplugAsync() => LinuxNetwork.RunAsync("ip", "link", "set", _cable, "down");

    /// <summary>Puts it back.</summary>
    public Task PlugAsync() => LinuxNetwork.RunAsync("ip", "link", "set", _cable, "up");

    /// <summary>From now on what it sends to another is lost; what that one sends arrives.</summary>
    public Task LoseAsync(NamespaceHost to) =>
        RunAsync("ip", "neigh", "replace", to.Address, "lladdr", Nowhere, "dev", Device, "nud", "permanent");

    /// <summary>Ends that.</summary>
    public Task FindAsync(NamespaceHost to) => RunAsync("ip", "neigh", "del", to.Address, "dev", Device);

    /// <inheritdoc/>
    public void Dispose()
    {
        _holder.Kill();
        _holder.WaitForExit();
        _holder.Dispose();
    }

    private Task RunAsync(params string[] command) => LinuxNetwork.RunAsync([.. Enter, .. command]);

    private async Task IsApartAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (Namespace("self") == Namespace($"{_holder.Id}"))
            await Task.Delay(10, patience.Token);
    }

    private static string? Namespace(string process) => new FileInfo($"/proc/{process}/ns/net").LinkTarget;
}
