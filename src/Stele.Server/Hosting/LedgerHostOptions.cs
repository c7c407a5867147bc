using System.Net;
using Microsoft.Extensions.Logging;
using Stele.Replication.Telemetry;
using Stele.Explorer;
using Stele.Server.Attestation;
using Stele.Server.Sealing;

namespace Stele.Server.Hosting;

/// <summary>How a node serves its ledger.</summary>
public sealed record LedgerHostOptions
{
    // In JSON, a byte of an entry's contents takes at most six: \u0000.
    private const int JsonBytesPerByte = 6;

    // What may stand around the contents in a body.
    private const int EnvelopeBytes = 4096;

    /// <summary>The data directory; made with all that belongs in it when it is not there.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The ledger's name where nobody says one.</summary>
    public const string DefaultLedgerId = "my-ledger";

    /// <summary>
    /// The ledger's name, as it stands in the identity service's path; null for the one that the node's network told it, or
    /// <see cref="DefaultLedgerId"/>.
    /// </summary>
    public string? LedgerId { get; init; }

    /// <summary>The address to listen on.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The ledger's port; 0 for any free one.</summary>
    public int Port { get; init; } = 8443;

    /// <summary>The identity service's port; 0 for any free one.</summary>
    public int IdentityPort { get; init; } = 8444;

    /// <summary>Names and addresses that the node's certificate is for, beside localhost and 127.0.0.1.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>All names and addresses that the node's certificate is for, beside localhost and 127.0.0.1.</summary>
    public IReadOnlyList<string> AllHostNames =>
        [.. HostNames, .. IsAnyAddress ? [] : new[] { Address }, .. Network is null ? [] : new[] { Network.Address.IdnHost }];

    /// <summary>Whether the node listens on every interface: on an address that none can connect to.</summary>
    internal bool IsAnyAddress
    {
        get
        {
            var address = IPAddress.Parse(Address);
            return address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
        }
    }

    /// <summary>Whether entries are written in clear for any auditor; counts only when the ledger is created.</summary>
    public bool PublicLedger { get; init; }

    /// <summary>
    /// The members that the ledger is founded with; null for one whose keys are made in the data directory. Counts only when the
    /// ledger is created.
    /// </summary>
    public FoundingConsortium? Consortium { get; init; }

    /// <summary>
    /// The certificate of the first administrator, PEM; null for one whose key is made in the data directory. Counts only when the
    /// ledger is created.
    /// </summary>
    public string? Administrator { get; init; }

    /// <summary>The largest contents of an entry in bytes of UTF-8.</summary>
    public int EntryBytesMax { get; init; } = 1024 * 1024;

    /// <summary>The largest body of a request in bytes: contents of which each byte is escaped, and what stands around them.</summary>
    public long BodyBytesMax => ((long)EntryBytesMax * JsonBytesPerByte) + EnvelopeBytes;

    /// <summary>How many bytes of bodies are in the node at once; one body is always let in.</summary>
    public long BodyBytesInFlightMax { get; init; } = 64 << 20;

    /// <summary>The size in bytes at which a ledger file is closed, at the next signature.</summary>
    public long ChunkBytes { get; init; } = 5_000_000;

    /// <summary>How long, under load, one signature gathers entries; five times as long while nobody waits for a commit.</summary>
    public TimeSpan SignatureInterval { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>How many entries are committed from one snapshot to the next: about what a start has to read.</summary>
    public int SnapshotEntries { get; init; } = 50_000;

    /// <summary>Whether the start reads and verifies all of the ledger, and not only what is behind the last snapshot.</summary>
    public bool ReadsAll { get; init; }

    /// <summary>The network that the node is one of; null for a node alone.</summary>
    public NodeNetworkOptions? Network { get; init; }

    /// <summary>The platform that evidence is taken from.</summary>
    public PlatformOptions Platform { get; init; } = new();

    /// <summary>The explorer, a page to look around in; null for a node without.</summary>
    public ExplorerOptions? Explorer { get; init; } = new();

    /// <summary>How long between two attempts to fetch the keys of an issuer of tokens.</summary>
    internal TimeSpan TokenKeyPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What the node's secrets are sealed by; null for what the machine has.</summary>
    public SealWay? Seal { get; init; }

    /// <summary>How many connections are served at once.</summary>
    public int ConnectionsMax { get; init; } = 1000;

    /// <summary>Whether to start where the ledger ends before the point that this node knows to be committed.</summary>
    public bool AcceptLedgerEnd { get; init; }

    /// <summary>The least level of the messages that go to standard error.</summary>
    public LogLevel Log { get; init; } = LogLevel.Warning;

    /// <summary>The form of those messages.</summary>
    public LogFormat LogFormat { get; init; }

    /// <summary>The port of metrics and probes, in clear; 0 for any free one, null for none.</summary>
    public int? MetricsPort { get; init; }

    /// <summary>The address that it listens on.</summary>
    public string MetricsAddress { get; init; } = "127.0.0.1";

    /// <summary>Where the node measures what it does.</summary>
    internal LedgerMetrics Metrics { get; init; } = LedgerMetrics.Unheard;

    /// <summary>Whether the node stops by itself on SIGINT and SIGTERM.</summary>
    public bool StopsOnSignals { get; init; } = true;
}
