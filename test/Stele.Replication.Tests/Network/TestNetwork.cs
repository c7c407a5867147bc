using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;
using Stele.Cryptography.Sealing;
using Stele.Etcd;
using Stele.Ledger.Entries;
using Stele.Ledger.Transactions;
using Stele.Replication.Network;
using Stele.Tests.Etcd;

namespace Stele.Replication.Tests.Network;

/// <summary>Nodes of one service in this process, each with its own directory and key, on one real etcd cluster.</summary>
internal sealed class TestNetwork : IAsyncDisposable
{
    private readonly SigningKey _serviceKey = SigningKey.Generate();
    private readonly X509Certificate2 _service;
    private readonly LedgerSecret _secret = LedgerSecret.Generate();
    private readonly string _root = Directory.CreateTempSubdirectory("stele-network-").FullName;

    public TestNetwork(EtcdCluster etcd, int nodes)
    {
        Etcd = etcd;
        var now = TimeProvider.System.GetUtcNow();
        _service = CertificateAuthority.Create(_serviceKey, "CCF Network", now, TimeSpan.FromDays(1));
        Nodes = [.. Enumerable.Range(0, nodes).Select(index => new TestNode(this, index))];
    }

    public EtcdCluster Etcd { get; }

    /// <summary>The size at which a ledger file is closed.</summary>
    public long ChunkBytes { get; init; } = 100_000;

    /// <summary>Whether each node speaks to every member of the cluster, and to none by way of its proxy.</summary>
    public bool UsesAllMembers { get; init; }

    /// <summary>The bytes that etcd holds at most.</summary>
    public long StoreBytesMax { get; init; } = 256 << 20;

    public IReadOnlyList<TestNode> Nodes { get; }

    public IEnumerable<TestNode> Running => Nodes.Where(node => node.Ledger is not null);

    /// <summary>Starts the first node, founds the service with all nodes, starts the others.</summary>
    public async Task FoundAsync()
    {
        Nodes[0].Start(change: options => options with { Founds = true });
        var primary = await PrimaryAsync();
        await primary.Ledger!.SubmitAsync(new Found(this), untilCommitted: true);
        foreach (var node in Nodes.Skip(1)) node.Start();
    }

    /// <summary>The node that takes writes, once there is one.</summary>
    public async Task<TestNode> PrimaryAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (Running.FirstOrDefault(node => node.Ledger!.Role == NodeRole.Primary) is { } primary) return primary;
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Writes a record, at whoever takes it, as a client does that repeats what was not taken.</summary>
    public async Task<TransactionId> PutAsync(string key, string value, bool untilCommitted = true)
    {
        while (true)
        {
            var primary = await PrimaryAsync();
            try
            {
                return (await primary.Ledger!.SubmitAsync(new Put(key, value), untilCommitted)).Id;
            }
            catch (Exception failure) when (failure is LedgerUnavailableException)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>Waits until all is signed, and every node has what another has.</summary>
    public async Task AgreeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Running.SelectMany(node => (TransactionId[])[node.Ledger!.Position, node.Ledger.Committed]).Distinct().Count() > 1)
        {
            foreach (var node in Running) Assert.Null(node.Ledger!.Stopped);
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Waits until somebody else leads.</summary>
    public async Task AnotherPrimaryThanAsync(TestNode former)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!Running.Any(node => node != former && node.Ledger!.Role == NodeRole.Primary)) await Task.Delay(20, patience.Token);
    }

    /// <summary>The value of the record that a transaction wrote, as a node has it.</summary>
    public string RecordAt(TestNode node, TransactionId id)
    {
        var entry = node.Ledger!.Read(id.SeqNo)!;
        Assert.Equal(id, entry.Id);
        Assert.True(entry.TryOpen(_secret, out var writes));
        return Encoding.UTF8.GetString(writes.Find(SmallLedger.Records)!.Writes.Single().Value!.Value.Span);
    }

    /// <summary>Stops all nodes, the primary last, so that no other one begins a view.</summary>
    public async Task StopAsync()
    {
        foreach (var node in Running.OrderBy(node => node.Ledger!.Role == NodeRole.Primary).ToList()) await node.StopAsync();
    }

    /// <summary>Begins to write without end.</summary>
    public Load Load(int writers) => new(this, writers);

    /// <summary>Compares the ledger files of all nodes, byte by byte.</summary>
    public void HaveSameFiles()
    {
        var files = Nodes.Select(node => Directory.GetFiles(Path.Combine(node.Directory, "ledger"))
            .ToDictionary(path => Path.GetFileName(path)!, File.ReadAllBytes)).ToList();
        foreach (var others in files.Skip(1))
        {
            Assert.Equal(files[0].Keys.Order(), others.Keys.Order());
            Assert.All(files[0], file => Assert.Equal(file.Value, others[file.Key]));
        }
    }

    public EtcdClient Client() => Etcd.CreateClient();

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes) await node.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    internal string DirectoryOf(int index) => Path.Combine(_root, $"node{index}");

    internal LedgerNode Open(TestNode node, EtcdClient client, NetworkOptions options) => LedgerNode.Open(
        new LedgerNodeOptions
        {
            LedgerDirectory = Path.Combine(node.Directory, "ledger"),
            HeadFile = Path.Combine(node.Directory, "head"),
            IndexDirectory = Path.Combine(node.Directory, "index"),
            SnapshotDirectory = Path.Combine(node.Directory, "snapshots"),
            ServiceCertificate = _service,
            NodeKey = node.Key,
            NodeCertificate = node.Certificate,
            ServiceKey = _serviceKey,
            Secret = _secret,
            Issuer = "test",
            Subject = "network",
            ChunkBytes = ChunkBytes,
            Network = options,
        },
        TimeProvider.System);

    internal string Endorse(SigningKey key) => CertificateAuthority.Endorse(
        _service, _serviceKey, key, "CCF Node", ["localhost"], TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1))
        .ExportCertificatePem();

    /// <summary>The first transaction.</summary>
    private sealed class Found(TestNetwork network) : ICommand<bool>
    {
        public bool Execute(Transaction transaction)
        {
            foreach (var node in network.Nodes)
            {
                var id = Encoding.ASCII.GetBytes(node.Key.KeyId);
                transaction.Put(TableNames.NodesInfo, id, """{"status":"Trusted"}"""u8.ToArray());
                transaction.Put(TableNames.NodesEndorsedCertificates, id, Encoding.ASCII.GetBytes(node.Certificate));
            }
            var info = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["cert"] = network._service.ExportCertificatePem(),
                ["status"] = "Open",
            };
            transaction.Put(TableNames.ServiceInfo, TableNames.SingleKey, JsonSerializer.SerializeToUtf8Bytes(info));
            return true;
        }
    }
}

/// <summary>A node of a <see cref="TestNetwork"/>, running or not.</summary>
internal sealed class TestNode : IPeers, IAsyncDisposable
{
    private readonly TestNetwork _network;
    private EtcdClient? _client;

    public TestNode(TestNetwork network, int index)
    {
        _network = network;
        Directory = network.DirectoryOf(index);
        System.IO.Directory.CreateDirectory(Directory);
        Certificate = network.Endorse(Key);
        Way = new FaultyProxy(network.Etcd.Members[0].Address.Port);
    }

    public SigningKey Key { get; } = SigningKey.Generate();

    public string Certificate { get; }

    public string Directory { get; }

    public LedgerNode? Ledger { get; private set; }

    /// <summary>What lies between this node and etcd.</summary>
    public FaultyProxy Way { get; }

    /// <summary>What kept this node from its part in the network, one after the other.</summary>
    public ConcurrentQueue<NetworkTrouble?> Troubles { get; } = [];

    /// <summary>How often this node had to ask its peers.</summary>
    public int Asked { get; private set; }

    public void Start(EtcdOptions? etcd = null, Func<NetworkOptions, NetworkOptions>? change = null)
    {
        var way = _network.UsesAllMembers ? _network.Etcd.ClientOptions() : _network.Etcd.ClientOptions(Way.Http);
        var soon = TimeSpan.FromSeconds(2);
        _client = new EtcdClient(etcd ?? way with { RequestTimeout = soon, WatchSilence = soon }, TimeProvider.System);
        var options = new NetworkOptions
        {
            Etcd = _client,
            Ledger = "network",
            NodeId = Key.KeyId,
            StoreFile = Path.Combine(Directory, "store"),
            Address = new Uri("https://127.0.0.1:1"),
            Peers = this,
            Lease = TimeSpan.FromSeconds(2),
            StoreBytesMax = _network.StoreBytesMax,
            Troubled = Troubles.Enqueue,
            TrustedNodes = tables =>
                [.. from row in tables.Rows(TableNames.NodesInfo)
                    where row.Value.Span.IndexOf("Trusted"u8) >= 0
                    select Encoding.ASCII.GetString(row.Key.Span)],
        };
        Ledger = _network.Open(this, _client, change?.Invoke(options) ?? options);
    }

    /// <summary>Waits until this node says what keeps it from its part, or that nothing does.</summary>
    public async Task<NetworkTrouble?> WhenInAsync(TroubleKind? kind)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (Ledger!.Trouble?.Kind != kind) await Task.Delay(20, patience.Token);
        return Ledger.Trouble;
    }

    public async Task StopAsync()
    {
        // Forgotten first: one whose end fails is not ended once more.
        if (Ledger is not { } ledger) return;
        Ledger = null;
        await ledger.DisposeAsync();
        _client!.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Way.DisposeAsync();
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> EntriesAsync(SeqNo first, [EnumeratorCancellation] CancellationToken cancel)
    {
        Asked++;
        await Task.Yield();
        var peer = _network.Running.Where(node => node != this).MaxBy(node => node.Ledger!.Position.SeqNo.Value)
            ?? throw new IOException("No peer runs.");
        for (var seqno = first; peer.Ledger!.EntryBytes(seqno) is { } entry; seqno = seqno.Next) yield return entry;
    }
}
