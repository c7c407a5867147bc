namespace Stele.Server.Hosting;

/// <summary>How a node belongs to a network of several, whose log etcd orders.</summary>
public sealed record NodeNetworkOptions
{
    /// <summary>The client addresses of etcd's members.</summary>
    public required IReadOnlyList<Uri> EtcdEndpoints { get; init; }

    /// <summary>The file of the authorities that vouch for etcd's members, PEM; null for the system's.</summary>
    public string? EtcdAuthorityFile { get; init; }

    /// <summary>The file of the certificate that etcd asks of its clients, PEM; null where it asks for none.</summary>
    public string? EtcdCertificateFile { get; init; }

    /// <summary>The file of that certificate's key, PEM.</summary>
    public string? EtcdKeyFile { get; init; }

    /// <summary>Where other nodes and operators reach this node: an https address.</summary>
    public required Uri Address { get; init; }

    /// <summary>How long a primary that is silent keeps its place; a whole number of seconds.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The bytes of batches that etcd holds at most.</summary>
    public long StoreBytesMax { get; init; } = 256 << 20;

    /// <summary>Whether a ledger that is there already goes on in an etcd that knows nothing of it.</summary>
    public bool BeginsStore { get; init; }
}
