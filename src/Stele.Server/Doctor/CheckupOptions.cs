using Stele.Server.Hosting;
using Stele.Server.Sealing;

namespace Stele.Server.Doctor;

/// <summary>What is looked at.</summary>
public sealed record CheckupOptions
{
    /// <summary>The data directory; null where a node is only asked from afar.</summary>
    public required string? DataDirectory { get; init; }

    /// <summary>What opens the node's keys.</summary>
    public required SealOptions Sealing { get; init; }

    /// <summary>The address that a node of this directory listens on.</summary>
    public required string Address { get; init; }

    /// <summary>The ports that it listens on.</summary>
    public required IReadOnlyList<int> Ports { get; init; }

    /// <summary>A running node to ask; null for the one of the data directory, where it runs.</summary>
    public Uri? Url { get; init; }

    /// <summary>The file with the service's certificate; null for the data directory's.</summary>
    public string? ServiceCertificateFile { get; init; }

    /// <summary>The ledger's name; null for what the data directory says, or else the usual one.</summary>
    public string? LedgerId { get; init; }

    /// <summary>How etcd is reached; null where the node stands alone.</summary>
    public NodeNetworkOptions? Network { get; init; }
}
