using System.Diagnostics;
using Stele.Etcd;

namespace Stele.Tests.Etcd;

/// <summary>How a test's cluster is set up.</summary>
internal sealed record EtcdClusterOptions
{
    /// <summary>How many members, 1 or 3.</summary>
    public int Members { get; init; } = 1;

    /// <summary>The quota of each member's database, in bytes; 0 for etcd's own.</summary>
    public long QuotaBytes { get; init; }

    /// <summary>Whether clients must come over TLS with a certificate.</summary>
    public bool Tls { get; init; }

    /// <summary>Whether the members reach each other by way of a proxy in front of each.</summary>
    public bool PeersThroughProxies { get; init; }

    /// <summary>Where each member runs; on loopback where none are named.</summary>
    public IReadOnlyList<EtcdHost> Hosts { get; init; } = [];

    /// <summary>Further flags for each member.</summary>
    public string[] Flags { get; init; } = [];
}

/// <summary>Where a member runs.</summary>
/// <param name="Address">The address that it listens on.</param>
/// <param name="Enter">What starts a program there.</param>
internal sealed record EtcdHost(string Address, IReadOnlyList<string> Enter);

/// <summary>A cluster of real etcd members on free ports of loopback, its data gone when it is disposed of.</summary>
internal sealed class EtcdCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly EtcdClusterOptions _options;
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"stele-etcd-{Guid.NewGuid():N}");
    private readonly EtcdClient _client;

    private EtcdCluster(EtcdClusterOptions options)
    {
        var program = EtcdProgram.Require();
        _options = options;
        Directory.CreateDirectory(_folder);
        if (options.Tls)
            Certificates = new EtcdCertificates(_folder, [.. Enumerable.Range(0, options.Members).Select(index => HostOf(index).Address)]);
        var ports = FreePorts.Take(options.Members * 2);
        var (clients, peers) = (ports[..options.Members], ports[options.Members..]);
        if (options.PeersThroughProxies)
            PeerWays = [.. peers.Select(port => new FaultyProxy(port))];
        Members = [.. Enumerable.Range(0, options.Members).Select(index => Member(program, index, clients, peers))];
        _client = CreateClient();
    }

    /// <summary>Where the members have their data, logs and certificates.</summary>
    public string Folder => _folder;

    /// <summary>The members.</summary>
    public IReadOnlyList<EtcdMember> Members { get; }

    /// <summary>What lies in front of each member for the other members; none where they reach each other directly.</summary>
    public IReadOnlyList<FaultyProxy> PeerWays { get; } = [];

    /// <summary>The members' client addresses.</summary>
    public IReadOnlyList<Uri> Addresses => [.. Members.Select(member => member.Address)];

    /// <summary>The certificates; null without TLS.</summary>
    public EtcdCertificates? Certificates { get; }

    /// <summary>Starts a cluster and waits until it serves; skips the test where there is no etcd.</summary>
    public static async Task<EtcdCluster> StartAsync(EtcdClusterOptions? options = null)
    {
        var cluster = new EtcdCluster(options ?? new());
        try
        {
            foreach (var member in cluster.Members)
                member.Start();
            foreach (var member in cluster.Members)
                await cluster.HealthyAsync(member);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>How a client reaches all members, the first one first.</summary>
    public EtcdOptions ClientOptions() => ClientOptions([.. Addresses]);

    /// <summary>How a client reaches the cluster at these addresses.</summary>
    public EtcdOptions ClientOptions(params Uri[] addresses) => new(addresses)
    {
        ClientCertificate = Certificates?.Client,
        Authorities = Certificates is null ? [] : [Certificates.Authority],
    };

    /// <summary>A client of all members.</summary>
    public EtcdClient CreateClient() => new(ClientOptions(), TimeProvider.System);

    /// <summary>The member that leads, as a member that runs says.</summary>
    public async Task<EtcdMember> LeaderAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var all = await Task.WhenAll(Members.Where(member => member.IsRunning).Select(StatusAsync));
            var leader = all.FirstOrDefault(one => one.Status is { Leader: not 0 } status && status.Leader == status.Id).Member;
            if (leader is not null)
                return leader;
            await Task.Delay(50, patience.Token);
        }
    }

    /// <summary>A member that does not lead.</summary>
    public async Task<EtcdMember> FollowerAsync()
    {
        var leader = await LeaderAsync();
        return Members.First(member => member != leader && member.IsRunning);
    }

    /// <summary>Starts a member again on the data that it had, and waits until it serves.</summary>
    public async Task RestartAsync(EtcdMember member)
    {
        await member.KillAsync();
        member.Start();
        await HealthyAsync(member);
    }

    /// <summary>Kills the only member, and copies its database: a backup.</summary>
    public async Task<string> BackUpAsync()
    {
        var member = Assert.Single(Members);
        // One that is killed may not have brought the last tenth of a second into its database.
        await member.StopAsync();
        var backup = Path.Combine(_folder, $"backup-{Guid.NewGuid():N}");
        File.Copy(Path.Combine(_folder, member.Name, "member", "snap", "db"), backup);
        await RestartAsync(member);
        return backup;
    }

    /// <summary>Puts the only member back to a backup, as an operator does (<c>etcdutl snapshot restore</c>).</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="token">The cluster's token: another one makes another cluster of it.</param>
    public async Task RestoreAsync(string backup, string token)
    {
        var member = Assert.Single(Members);
        await member.KillAsync();
        var data = Path.Combine(_folder, member.Name);
        Directory.Delete(data, recursive: true);
        var (cluster, peer) = (member.Argument("--initial-cluster"), member.Argument("--initial-advertise-peer-urls"));
        string[] arguments =
        [
            "snapshot", "restore", backup, "--skip-hash-check", "--data-dir", data, "--name", member.Name,
            "--initial-cluster", cluster, "--initial-advertise-peer-urls", peer, "--initial-cluster-token", token,
        ];
        var program = Path.Combine(Path.GetDirectoryName(EtcdProgram.Require())!, "etcdutl");
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true };
        using var restoring = Process.Start(start)!;
        var said = await restoring.StandardError.ReadToEndAsync();
        await restoring.WaitForExitAsync();
        Assert.True(restoring.ExitCode == 0, said);
        await RestartAsync(member);
    }

    /// <summary>Waits until a member serves what the whole cluster agrees on.</summary>
    public async Task HealthyAsync(EtcdMember member)
    {
        using var client = new EtcdClient(ClientOptions(member.Address), TimeProvider.System);
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                await client.RangeAsync(new RangeQuery(KeyRange.One("health"u8.ToArray())), patience.Token);
                return;
            }
            catch (EtcdUnavailableException) when (member.IsRunning)
            {
                await Task.Delay(50, patience.Token);
            }
            catch (Exception failure) when (failure is EtcdUnavailableException or OperationCanceledException)
            {
                throw new InvalidOperationException($"{member.Name} does not serve:\n{member.Log}", failure);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members)
            await member.DisposeAsync();
        foreach (var way in PeerWays)
            await way.DisposeAsync();
        _client.Dispose();
        Certificates?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<(EtcdMember Member, MemberStatus? Status)> StatusAsync(EtcdMember member)
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            return (member, await _client.StatusAsync(member.Address, soon.Token));
        }
        catch (Exception failure) when (failure is EtcdUnavailableException or OperationCanceledException)
        {
            return (member, null);
        }
    }

    private EtcdMember Member(string program, int index, int[] clients, int[] peers)
    {
        var scheme = _options.Tls ? "https" : "http";
        var host = HostOf(index);
        var client = $"{scheme}://{host.Address}:{clients[index]}";
        string Peer(int of) => $"http://{HostOf(of).Address}:{(_options.PeersThroughProxies ? PeerWays[of].Port : peers[of])}";
        string[] arguments =
        [
            "--name", $"member{index}", "--data-dir", Path.Combine(_folder, $"member{index}"), "--log-level", "error",
            "--listen-client-urls", client, "--advertise-client-urls", client,
            "--listen-peer-urls", $"http://{host.Address}:{peers[index]}", "--initial-advertise-peer-urls", Peer(index),
            "--initial-cluster", string.Join(',', peers.Select((_, of) => $"member{of}={Peer(of)}")),
            .. _options.QuotaBytes == 0 ? [] : new[] { "--quota-backend-bytes", $"{_options.QuotaBytes}" },
            .. TlsArguments(), .. _options.Flags,
        ];
        return new EtcdMember(new ProcessStartInfo(program, arguments).Within(host.Enter), $"member{index}", new Uri(client));
    }

    private EtcdHost HostOf(int index) => _options.Hosts.Count == 0 ? new EtcdHost("127.0.0.1", []) : _options.Hosts[index];

    private string[] TlsArguments() => Certificates is null
        ? []
        :
        [
            "--cert-file", Certificates.ServerFile, "--key-file", Certificates.KeyFile,
            "--trusted-ca-file", Certificates.AuthorityFile, "--client-cert-auth",
        ];
}
