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
using Stele.Ledger.Secrets;
using Stele.Ledger.Snapshots;
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

    /// <summary>How many entries lie from one snapshot to the next.</summary>
    public int SnapshotEntries { get; init; } = 50_000;

    /// <summary>
    /// How long a primary that is not heard keeps its place: longer than a slow machine stalls, so that no test sees one lose it
    /// that is not about that. One that waits for it to lapse says <see cref="BriefLease"/>.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The lease of a primary that is to lose its place by silence.</summary>
    public static TimeSpan BriefLease => TimeSpan.FromSeconds(2);

    public IReadOnlyList<TestNode> Nodes { get; }

    /// <summary>What the ledger is sealed with.</summary>
    public LedgerSecret Secret => _secret;

    public IEnumerable<TestNode> Running => Nodes.Where(node => node.Ledger is not null);

    /// <summary>Starts the first node, founds the service with all nodes, starts the others.</summary>
    /// <param name="running">How many of them run then; all where nothing is said.</param>
    public async Task FoundAsync(int running = int.MaxValue)
    {
        Nodes[0].Start(change: options => options with { Founds = true });
        var primary = await PrimaryAsync();
        await primary.Ledger!.SubmitAsync(new Found(this), untilCommitted: true);
        foreach (var node in Nodes.Take(running).Skip(1)) node.Start();
    }

    /// <summary>The node that takes writes, once there is one.</summary>
    public async Task<TestNode> PrimaryAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
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

    /// <summary>What <see cref="FillAsync"/> has written.</summary>
    public List<TransactionId> Written { get; } = [];

    /// <summary>Writes so many entries, some at a time, so that signatures stand between them.</summary>
    public async Task FillAsync(int entries)
    {
        for (var i = 0; i < entries; i += 10)
            Written.AddRange(await Task.WhenAll(Enumerable.Range(i, 10).Select(one => PutAsync($"key {one}", $"value {one}"))));
    }

    /// <summary>Waits until all is signed, and every node has what another has.</summary>
    public async Task AgreeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (Running.SelectMany(node => (TransactionId[])[node.Ledger!.Position, node.Ledger.Committed]).Distinct().Count() > 1)
        {
            foreach (var node in Running)
                if (node.Ledger!.Stopped is { } reason) Assert.True(reason.Contains("retired", StringComparison.Ordinal), reason);
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Waits until etcd no longer holds the batch with an entry.</summary>
    public async Task ForgottenAsync(SeqNo seqno)
    {
        var keys = new StoreKeys("network");
        using var client = Client();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var upTo = new RangeQuery(keys.BatchesBefore(seqno.Next)) { KeysOnly = true };
        while ((await client.RangeAsync(upTo, patience.Token)).KeyValues.Count > 0) await Task.Delay(50, patience.Token);
    }

    /// <summary>Waits until somebody else leads.</summary>
    public async Task AnotherPrimaryThanAsync(TestNode former)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
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

    /// <summary>A client of etcd itself, which waits for a slow machine.</summary>
    public EtcdClient Client()
    {
        var patience = TimeSpan.FromSeconds(60);
        return new EtcdClient(
            Etcd.ClientOptions() with { RequestTimeout = patience, ConnectTimeout = patience }, TimeProvider.System);
    }

    /// <summary>Frees what was overwritten or deleted by a revision.</summary>
    public static async Task CompactAsync(EtcdClient client, long revision)
    {
        try
        {
            await client.CompactAsync(revision, physical: true, TestContext.Current.CancellationToken);
        }
        catch (EtcdException done) when (done.Error == EtcdError.Compacted)
        {
            // The primary makes room too, and was faster.
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes) await node.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    internal string DirectoryOf(int index) => Path.Combine(_root, $"node{index}");

    internal LedgerNode Open(TestNode node, NetworkOptions options) => LedgerNode.Open(OptionsOf(node, options), TimeProvider.System);

    internal LedgerNodeOptions OptionsOf(TestNode node, NetworkOptions options) =>
        new()
        {
            LedgerDirectory = Path.Combine(node.Directory, "ledger"),
            HeadFile = Path.Combine(node.Directory, "head"),
            IndexDirectory = Path.Combine(node.Directory, "index"),
            SnapshotDirectory = Path.Combine(node.Directory, "snapshots"),
            ServiceCertificate = _service,
            NodeKey = node.Key,
            NodeCertificate = () => node.Certificate,
            ServiceKey = _serviceKey,
            Secrets = node.Secrets ?? new SecretKeeper(_secret),
            Issuer = "test",
            Subject = "network",
            ChunkBytes = ChunkBytes,
            SnapshotEntries = SnapshotEntries,
            Network = options,
        };

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
internal sealed class TestNode : IPeers, IPeer, IAsyncDisposable
{
    private readonly TestNetwork _network;
    private readonly ConcurrentQueue<string> _told = new();
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

    /// <summary>The secrets that it starts with; those of the network where nothing is said.</summary>
    public SecretKeeper? Secrets { get; set; }

    /// <summary>What lies between this node and etcd.</summary>
    public FaultyProxy Way { get; }

    /// <summary>What kept this node from its part in the network, one after the other.</summary>
    public ConcurrentQueue<NetworkTrouble?> Troubles { get; } = [];

    /// <summary>What this node has told its operator.</summary>
    public IReadOnlyCollection<string> Told => _told;

    /// <summary>How often this node was asked by its peers.</summary>
    public int Asked { get; private set; }

    /// <summary>Copies files from peers before it starts, as a node of the network does.</summary>
    public async Task StartCopiedAsync(CancellationToken cancel = default)
    {
        var options = Prepare(null);
        await PeerCopy.RunAsync(_network.OptionsOf(this, options), TimeProvider.System, cancel);
        Ledger = _network.Open(this, options);
    }

    public void Start(EtcdOptions? etcd = null, Func<NetworkOptions, NetworkOptions>? change = null)
    {
        var options = Prepare(etcd);
        Ledger = _network.Open(this, change?.Invoke(options) ?? options);
    }

    private NetworkOptions Prepare(EtcdOptions? etcd)
    {
        var way = _network.UsesAllMembers ? _network.Etcd.ClientOptions() : _network.Etcd.ClientOptions(Way.Http);
        var soon = TimeSpan.FromSeconds(2);
        _client = new EtcdClient(etcd ?? way with { RequestTimeout = soon, WatchSilence = soon }, TimeProvider.System);
        return new NetworkOptions
        {
            Etcd = _client,
            Ledger = "network",
            NodeId = Key.KeyId,
            StoreFile = Path.Combine(Directory, "store"),
            Address = new Uri("https://127.0.0.1:1"),
            Peers = this,
            Lease = _network.Lease,
            Tells = _told.Enqueue,
            StoreBytesMax = _network.StoreBytesMax,
            Troubled = Troubles.Enqueue,
            TrustedNodes = tables =>
                [.. from row in tables.Rows(TableNames.NodesInfo)
                    where row.Value.Span.IndexOf("Trusted"u8) >= 0
                    select Encoding.ASCII.GetString(row.Key.Span)],
        };
    }

    /// <summary>Waits until this node says what keeps it from its part, or that nothing does.</summary>
    public async Task<NetworkTrouble?> WhenInAsync(TroubleKind? kind)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (Ledger!.Trouble?.Kind != kind) await Task.Delay(20, patience.Token);
        return Ledger.Trouble;
    }

    /// <summary>Waits until this node has stopped by itself.</summary>
    /// <returns>Why.</returns>
    public async Task<string> WhenStoppedAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (Ledger!.Stopped is null)
        {
            Assert.False(patience.IsCancellationRequested, $"It goes on: {Ledger.Role}, {Ledger.Primary}, {Ledger.Trouble}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
        return Ledger.Stopped;
    }

    public async Task StopAsync()
    {
        // Forgotten first: one whose end fails is not ended once more.
        if (Ledger is not { } ledger) return;
        Ledger = null;
        LastSeen = ledger.Position.SeqNo;
        await ledger.DisposeAsync();
        _client!.Dispose();
    }

    /// <summary>Stops it, and makes it one that has never run.</summary>
    public async Task EraseAsync()
    {
        await StopAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
        System.IO.Directory.CreateDirectory(Directory);
        _told.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Way.DisposeAsync();
    }

    /// <summary>The other nodes that run, the one with the longest ledger first.</summary>
    public IReadOnlyList<IPeer> All() =>
        [.. _network.Running.Where(node => node != this).OrderByDescending(node => node == FirstAsked)];

    /// <summary>The peer that this node asks before the others.</summary>
    public TestNode? FirstAsked { get; set; }

    /// <summary>Where this node's ledger had come when it was stopped.</summary>
    public SeqNo LastSeen { get; private set; }

    public string Name => $"node {Array.IndexOf([.. _network.Nodes], this)}";

    /// <summary>What this node makes of its entries before it gives them to others.</summary>
    public Func<SeqNo, byte[], byte[]> Gives { get; set; } = (_, entry) => entry;

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> EntriesAsync(SeqNo first, [EnumeratorCancellation] CancellationToken cancel)
    {
        Asked++;
        await Task.Yield();
        for (var seqno = first; Ledger?.EntryBytes(seqno) is { } entry; seqno = seqno.Next) yield return Gives(seqno, entry);
    }

    public Task<SeqNo> EndAsync(CancellationToken cancel) => Ledger is { } ledger
        ? Task.FromResult(ledger.Position.SeqNo)
        : Task.FromException<SeqNo>(new IOException("It does not run."));

    public Task<IReadOnlyList<PeerFile>> LedgerFilesAsync(SeqNo from, CancellationToken cancel) => Task.FromResult(Files(
        Running.ClosedFiles.Where(file => file.Name.Last >= from).Take(3).Select(file => file.Path)));

    public Task<IReadOnlyList<PeerFile>> SnapshotsAsync(CancellationToken cancel) => Task.FromResult(Files(
        new SnapshotDirectory(Path.Combine(Directory, "snapshots")).List().Snapshots.Select(file => file.Path)));

    /// <summary>What this node makes of a file before it gives it to others.</summary>
    public Func<string, byte[], byte[]> GivesFile { get; set; } = (_, bytes) => bytes;

    /// <summary>The files that others have read, and from which byte on.</summary>
    public ConcurrentQueue<(string Name, long Offset)> FilesRead { get; } = new();

    public async Task<Stream> ReadAsync(PeerFile file, long offset, CancellationToken cancel)
    {
        FilesRead.Enqueue((file.Name, offset));
        var folder = file.Name.StartsWith("ledger", StringComparison.Ordinal) ? "ledger" : "snapshots";
        var bytes = await File.ReadAllBytesAsync(Path.Combine(Directory, folder, file.Name), cancel);
        return new MemoryStream(GivesFile(file.Name, bytes)[(int)offset..]);
    }

    private LedgerNode Running => Ledger ?? throw new IOException("It does not run.");

    private static IReadOnlyList<PeerFile> Files(IEnumerable<string> paths) =>
        [.. paths.Select(path => new PeerFile(Path.GetFileName(path), new FileInfo(path).Length))];
}
