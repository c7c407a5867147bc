using System.CommandLine;
using System.Net;
using Stele.Cli.Configuration;
using Stele.Server.Attestation;
using Stele.Server.Hosting;

namespace Stele.Cli.Commands;

/// <summary>The options of every command that serves a ledger.</summary>
internal static class ServingOptions
{
    private const int EntryBytesLimit = 64 * 1024 * 1024;
    private const int SignatureMsLimit = 60_000;

    public static readonly Option<string> Data = new("--data", "-d")
    {
        Description = "the data directory; made with all that belongs in it when it is not there",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("STELE_DATA") is { Length: > 0 } data ? data : "stele-data",
        HelpName = "DIR",
    };

    public static readonly Option<int> Port = new("--port", "-p")
    {
        Description = "the ledger's port; 0 for any free one",
        DefaultValueFactory = _ => 8443,
        HelpName = "N",
    };

    public static readonly Option<int> IdentityPort = new("--identity-port")
    {
        Description = "the identity service's port; 0 for any free one",
        DefaultValueFactory = _ => 8444,
        HelpName = "N",
    };

    public static readonly Option<string?> LedgerId = new("--ledger-id")
    {
        Description = "the ledger's name [my-ledger; a node that joined knows it from its network]",
        HelpName = "NAME",
    };

    private static readonly Option<bool> Public = new("--public")
    {
        Description = "write entries in clear for any auditor, instead of sealed; counts when the ledger is created",
    };

    public static readonly Option<string> Address = new("--address")
    {
        Description = "the address to listen on",
        DefaultValueFactory = _ => "127.0.0.1",
        HelpName = "IP",
    };

    private static readonly Option<string[]> Host = new("--host")
    {
        Description = "a host name or address that clients use, beside localhost; may be repeated",
        HelpName = "NAME",
    };

    private static readonly Option<int> EntryMax = new("--entry-max")
    {
        Description = "the largest contents of an entry, in bytes",
        DefaultValueFactory = _ => 1024 * 1024,
        HelpName = "BYTES",
    };

    private static readonly Option<long> ChunkSize = new("--chunk-size")
    {
        Description = "the size at which a ledger file is closed, in bytes",
        DefaultValueFactory = _ => 5_000_000,
        HelpName = "BYTES",
    };

    private static readonly Option<double> SignatureInterval = new("--signature-interval-ms")
    {
        Description = "how long, under load, one signature gathers entries, in milliseconds (five times that while nobody waits)",
        DefaultValueFactory = _ => 10,
        HelpName = "MS",
    };

    private static readonly Option<int> SnapshotEntries = new("--snapshot-entries")
    {
        Description = "how many entries lie between two snapshots, which is about what a start has to read",
        DefaultValueFactory = _ => 50_000,
        HelpName = "N",
    };

    private static readonly Option<bool> VerifyAll = new("--verify-all")
    {
        Description = "read and verify all of the ledger before it starts, and not only what is behind the last snapshot",
    };

    private static readonly Option<bool> AcceptLedgerEnd = new("--accept-ledger-end")
    {
        Description = "start although the ledger ends before the point that this node remembers; what is missing stays lost",
    };

    private static readonly Option<bool> Virtual = new("--virtual")
    {
        Description = "run although the machine has no enclave; nothing of the node is attested then",
    };

    // What a ledger is founded with.
    private static readonly Option[] Founding =
        [Public, ConsortiumOptions.Members, ConsortiumOptions.RecoveryThreshold, ConsortiumOptions.Administrator];

    private static readonly Option[] All =
        [Data, Port, IdentityPort, LedgerId, Address, Host, EntryMax, ChunkSize, SignatureInterval, SnapshotEntries, VerifyAll,
         AcceptLedgerEnd, Virtual, .. ObservingOptions.All, .. SealingOptions.All, .. ExplorerSwitches.All,
         NodeConfiguration.File, .. Founding];

    static ServingOptions()
    {
        Port.MustBe(IsPort, "a port: 0 to 65535");
        IdentityPort.MustBe(IsPort, "a port: 0 to 65535");
        Address.MustBe(text => IPAddress.TryParse(text, out _), "an IP address, as 0.0.0.0");
        LedgerId.MustBe(text => text is not "", "a name");
        EntryMax.MustBe(bytes => bytes is > 0 and <= EntryBytesLimit, $"from 1 to {EntryBytesLimit} bytes");
        ChunkSize.MustBe(bytes => bytes > 0, "more than 0 bytes");
        SignatureInterval.MustBe(ms => ms is >= 0 and <= SignatureMsLimit, $"from 0 to {SignatureMsLimit} milliseconds");
        SnapshotEntries.MustBe(entries => entries >= 100, "at least 100");
    }

    /// <summary>Gives them to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="founds">Whether it founds a ledger, where there is none.</param>
    public static void AddTo(Command command, bool founds = true)
    {
        foreach (var option in founds ? All : All.Except(Founding)) command.Options.Add(option);
    }

    /// <summary>What a command line says by them.</summary>
    public static LedgerHostOptions OptionsOf(ParseResult parsed) => ObservingOptions.Put(Served(parsed), parsed);

    private static LedgerHostOptions Served(ParseResult parsed) => new()
    {
        DataDirectory = Path.GetFullPath(parsed.GetRequiredValue(Data)),
        LedgerId = parsed.GetValue(LedgerId),
        Address = parsed.GetRequiredValue(Address),
        Port = parsed.GetRequiredValue(Port),
        IdentityPort = parsed.GetRequiredValue(IdentityPort),
        HostNames = parsed.GetValue(Host) ?? [],
        PublicLedger = parsed.GetValue(Public),
        Consortium = ConsortiumOptions.Of(parsed),
        Administrator = ConsortiumOptions.AdministratorOf(parsed),
        EntryBytesMax = parsed.GetRequiredValue(EntryMax),
        ChunkBytes = parsed.GetRequiredValue(ChunkSize),
        SignatureInterval = TimeSpan.FromMilliseconds(parsed.GetRequiredValue(SignatureInterval)),
        SnapshotEntries = parsed.GetRequiredValue(SnapshotEntries),
        ReadsAll = parsed.GetValue(VerifyAll),
        AcceptLedgerEnd = parsed.GetValue(AcceptLedgerEnd),
        Platform = new PlatformOptions { AllowsVirtual = parsed.GetValue(Virtual) },
        Seal = SealingOptions.WayOf(parsed),
        Explorer = ExplorerSwitches.OptionsOf(parsed),
    };

    /// <summary>The options that a network's nodes share, as a command line gave them, to be given to each node.</summary>
    public static IEnumerable<string> Shared(ParseResult parsed)
    {
        foreach (var option in All.Except([Data, Port, IdentityPort, Address, ObservingOptions.MetricsPort, NodeConfiguration.File]))
        {
            if (parsed.GetResult(option) is not { Implicit: false } given) continue;
            if (given.Tokens.Count == 0) yield return option.Name;
            foreach (var token in given.Tokens)
            {
                yield return option.Name;
                yield return token.Value;
            }
        }
    }

    private static bool IsPort(int port) => port is >= IPEndPoint.MinPort and <= IPEndPoint.MaxPort;
}
