using Stele.Server.Attestation;
using Stele.Server.Sealing;

namespace Stele.Server.Joining;

/// <summary>How a new node joins a network.</summary>
public sealed record NodeJoinOptions
{
    /// <summary>The node's data directory; made where it is not there.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>A node of the network.</summary>
    public required Uri From { get; init; }

    /// <summary>The service's certificate, the only one that is trusted.</summary>
    public required string ServiceCertificateFile { get; init; }

    /// <summary>Where other nodes and operators will reach this one.</summary>
    public required Uri Address { get; init; }

    /// <summary>Names and addresses that the node's certificate is for, beside localhost, 127.0.0.1 and its address.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>The platform that evidence is taken from.</summary>
    public PlatformOptions Platform { get; init; } = new();

    /// <summary>What the node's secrets are sealed by; null for what the machine has.</summary>
    public SealWay? Seal { get; init; }

    /// <summary>Is told the node's id, once, when the network has it as Pending: an administrator must decide.</summary>
    public Action<string> Waits { get; init; } = _ => { };
}
