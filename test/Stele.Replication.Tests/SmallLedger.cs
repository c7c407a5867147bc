using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Stele.Cryptography.Certificates;
using Stele.Cryptography.Keys;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;
using Stele.Ledger.Files;
using Stele.Ledger.Recovery;
using Stele.Ledger.Secrets;
using Stele.Ledger.Transactions;

namespace Stele.Replication.Tests;

/// <summary>The smallest ledger that has everything: a service, a node, sealed entries, signatures.</summary>
internal sealed class SmallLedger : IDisposable
{
    public static readonly TableName Records = new("private:records");

    // The ledger that this one is a copy of: whose keys and whose secret it has.
    private readonly SmallLedger? _source;
    private readonly SigningKey _serviceKey;
    private readonly SigningKey _nodeKey;
    private readonly X509Certificate2 _service;
    private readonly string _serviceCertificate;
    private readonly string _nodeCertificate;

    public SmallLedger()
    {
        (_serviceKey, _nodeKey, Secret) = (SigningKey.Generate(), SigningKey.Generate(), LedgerSecret.Generate());
        var now = TimeProvider.System.GetUtcNow();
        _service = CertificateAuthority.Create(_serviceKey, "CCF Network", now, TimeSpan.FromDays(1));
        _serviceCertificate = _service.ExportCertificatePem();
        _nodeCertificate = CertificateAuthority.Endorse(
            _service, _serviceKey, _nodeKey, "CCF Node", ["localhost"], now, TimeSpan.FromDays(1)).ExportCertificatePem();
    }

    private SmallLedger(SmallLedger source)
    {
        (_source, SnapshotEntries, Secret) = (source, source.SnapshotEntries, source.Secret);
        (_serviceKey, _nodeKey) = (source._serviceKey, source._nodeKey);
        (_service, _serviceCertificate, _nodeCertificate) = (source._service, source._serviceCertificate, source._nodeCertificate);
        // The head first: a moment later the files reach further, as they do whenever a node dies between the two.
        File.Copy(source.HeadFile, HeadFile);
        CopyAll(source.SnapshotDirectory, SnapshotDirectory);
        foreach (var part in (string[])["proofs", "collections"])
            CopyAll(Path.Combine(source.IndexDirectory, part), Path.Combine(IndexDirectory, part));
        CopyAll(source.Files, Files);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("stele-test-").FullName;

    public LedgerSecret Secret { get; }

    public string Files => Path.Combine(Root, "ledger");

    public string HeadFile => Path.Combine(Root, "head");

    public string NodeId => _nodeKey.KeyId;

    public X509Certificate2 Service => _service;

    public string IndexDirectory => Path.Combine(Root, "index");

    public string SnapshotDirectory => Path.Combine(Root, "snapshots");

    /// <summary>How many entries are committed from one snapshot to the next.</summary>
    public int SnapshotEntries { get; init; } = 50_000;

    public LedgerNode Open(
        long chunkBytes = 5_000_000, bool acceptEnd = false, bool readsAll = false, Action<long>? indexesLack = null,
        TimeProvider? time = null) =>
        LedgerNode.Open(
            Options() with
            {
                ChunkBytes = chunkBytes,
                AcceptLedgerEnd = acceptEnd,
                ReadsAll = readsAll,
                IndexesLack = indexesLack ?? (_ => { }),
            },
            time ?? TimeProvider.System);

    /// <summary>What the disk holds of it at this moment, as a kill would leave it.</summary>
    public SmallLedger Copy() => new(this);

    private LedgerNodeOptions Options() => new()
    {
        SnapshotEntries = SnapshotEntries,
        LedgerDirectory = Files,
        HeadFile = HeadFile,
        IndexDirectory = IndexDirectory,
        SnapshotDirectory = SnapshotDirectory,
        ServiceCertificate = _service,
        NodeKey = _nodeKey,
        NodeCertificate = () => _nodeCertificate,
        ServiceKey = _serviceKey,
        Secrets = new SecretKeeper(Secret),
        Issuer = "test",
        Subject = "small",
        ChunkBytes = 5_000_000,
    };

    /// <summary>Opens the files as a start does, on a copy of them.</summary>
    public RecoveredLedger Recover(string files, LedgerHeadRecord? head) =>
        LedgerRecovery.Open(new RecoveryOptions
        {
            LedgerDirectory = files,
            IndexDirectory = Path.Combine(Root, "no index"),
            SnapshotDirectory = Path.Combine(Root, "no snapshots"),
            Secrets = new SecretKeeper(Secret),
            Service = _service,
            Head = head,
            ChunkBytes = 5_000_000,
        });

    /// <summary>Begins the ledger and writes some records.</summary>
    public async Task FillAsync(int records, long chunkBytes = 5_000_000)
    {
        await using var node = Open(chunkBytes);
        await FillAsync(node, records, _ => { });
    }

    /// <summary>Begins the ledger of a node and writes some records, each signed before the next.</summary>
    public async Task FillAsync(LedgerNode node, int records, Action<int> before)
    {
        await node.SubmitAsync(new Begin(this), untilCommitted: true);
        for (var i = 0; i < records; i++)
        {
            before(i);
            await node.SubmitAsync(new Put($"key {i}", $"value {i}"), untilCommitted: true);
        }
    }

    public void Dispose()
    {
        Directory.Delete(Root, recursive: true);
        if (_source is not null) return;
        _serviceKey.Dispose();
        _nodeKey.Dispose();
        Secret.Dispose();
    }

    // A file that is renamed while others are copied stands in the listing under a name that it has no more: then all over again.
    private static void CopyAll(string from, string to)
    {
        if (!Directory.Exists(from)) return;
        while (!TryCopy(from, Directory.CreateDirectory(to).FullName)) Directory.Delete(to, recursive: true);
    }

    private static bool TryCopy(string from, string to)
    {
        try
        {
            foreach (var file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    /// <summary>The first transaction.</summary>
    private sealed class Begin(SmallLedger ledger) : ICommand<bool>
    {
        public bool Execute(Transaction transaction)
        {
            var node = Encoding.ASCII.GetBytes(ledger._nodeKey.KeyId);
            transaction.Put(TableNames.NodesInfo, node, """{"status":"Trusted"}"""u8.ToArray());
            transaction.Put(TableNames.NodesEndorsedCertificates, node, Encoding.ASCII.GetBytes(ledger._nodeCertificate));
            var info = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["cert"] = ledger._serviceCertificate,
                ["status"] = "Open",
            };
            transaction.Put(TableNames.ServiceInfo, TableNames.SingleKey, JsonSerializer.SerializeToUtf8Bytes(info));
            return true;
        }
    }
}

/// <summary>Writes one sealed record.</summary>
internal sealed class Put(string key, string value) : ICommand<TransactionId>
{
    public TransactionId Execute(Transaction transaction)
    {
        transaction.Put(SmallLedger.Records, Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));
        return transaction.Id;
    }
}
