using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Stele.Etcd;
using Stele.Governance.Nodes;
using Stele.Ledger.Tables;
using Stele.Replication.Network;
using Stele.Server.Home;
using Stele.Server.Hosting;

namespace Stele.Server.Network;

/// <summary>What a node has to do with others: its connections to etcd and to its peers.</summary>
internal sealed class NodeNetwork : IDisposable
{
    private readonly EtcdClient _etcd;

    /// <summary>Connects nothing yet.</summary>
    /// <exception cref="LedgerHomeException">A file for etcd cannot be read.</exception>
    public NodeNetwork(
        LedgerHome home, LedgerHostOptions options, NodeNetworkOptions network, Func<LedgerTables> tables, TimeProvider time)
    {
        var trusted = new TrustedNodes(home.ServiceCertificate, tables, time);
        Nodes = NodeConnections.Open(home.ServiceCertificate, () => home.NodeCertificate.Shown, trusted.IncludeServer);
        _etcd = new EtcdClient(EtcdOptionsOf(network), time);
        Options = new NetworkOptions
        {
            Etcd = _etcd,
            Ledger = options.LedgerId ?? LedgerHostOptions.DefaultLedgerId,
            NodeId = home.NodeKey.KeyId,
            StoreFile = home.StoreFile,
            Address = network.Address,
            Peers = new HttpPeers(Nodes, home.NodeKey.KeyId, tables, home.JoinedBy),
            TrustedNodes = NodeTable.Trusted,
            Lease = network.Lease,
            StoreBytesMax = network.StoreBytesMax,
            Founds = home.JoinedBy is null,
            BeginsStore = network.BeginsStore,
        };
    }

    /// <summary>What the ledger needs of it.</summary>
    public NetworkOptions Options { get; }

    /// <summary>Connections to other nodes.</summary>
    public HttpClient Nodes { get; }

    /// <summary>Closes all connections.</summary>
    public void Dispose()
    {
        Nodes.Dispose();
        _etcd.Dispose();
    }

    /// <summary>How etcd is reached by what an operator says.</summary>
    /// <exception cref="LedgerHomeException">A file for etcd cannot be read.</exception>
    internal static EtcdOptions EtcdOptionsOf(NodeNetworkOptions network)
    {
        try
        {
            var options = new EtcdOptions(network.EtcdEndpoints);
            if (network.EtcdAuthorityFile is { } authorities) options.Authorities.ImportFromPemFile(authorities);
            if (network.EtcdCertificateFile is not { } certificate) return options;
            using var pem = X509Certificate2.CreateFromPemFile(certificate, network.EtcdKeyFile);
            // In the one form that every TLS stack takes.
            var bytes = pem.Export(X509ContentType.Pkcs12);
            var client = X509CertificateLoader.LoadPkcs12(bytes, null, X509KeyStorageFlags.EphemeralKeySet);
            CryptographicOperations.ZeroMemory(bytes);
            return options with { ClientCertificate = client };
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new LedgerHomeException($"A certificate or key for etcd cannot be read: {fault.Message}");
        }
    }
}
