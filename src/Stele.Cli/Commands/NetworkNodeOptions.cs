using System.CommandLine;
using Stele.Server.Hosting;

namespace Stele.Cli.Commands;

/// <summary>The options by which a node belongs to a network.</summary>
internal static class NetworkNodeOptions
{
    private const int LeaseSecondsLimit = 600;
    private const long EtcdBytesLeast = 8 << 20;

    private static readonly Option<string[]> Etcd = new("--etcd")
    {
        Description = "the client addresses of etcd's members, with commas between",
        HelpName = "URL",
        Required = true,
    };

    private static readonly Option<string?> Authority = new("--etcd-ca")
    {
        Description = "the authorities that vouch for etcd's members",
        HelpName = "PEM",
    };

    private static readonly Option<string?> Certificate = new("--etcd-cert")
    {
        Description = "the certificate that etcd asks for",
        HelpName = "PEM",
    };

    private static readonly Option<string?> Key = new("--etcd-key") { Description = "that certificate's key", HelpName = "PEM" };

    private static readonly Option<string?> NodeAddress = new("--node-address")
    {
        Description = "where other nodes reach this one [https:// with --address and --port]",
        HelpName = "URL",
    };

    private static readonly Option<int> Lease = new("--lease")
    {
        Description = "how long a primary that is silent keeps its place, in seconds",
        DefaultValueFactory = _ => 3,
        HelpName = "S",
    };

    private static readonly Option<long> EtcdBytesMax = new("--etcd-bytes-max")
    {
        Description = "how many bytes of the ledger etcd holds at most",
        DefaultValueFactory = _ => 256 << 20,
        HelpName = "BYTES",
    };

    private static readonly Option<bool> BeginsStore = new("--begin-store")
    {
        Description = "make this node's ledger what etcd has ordered, where etcd lost it or was put back; only the longest ledger's",
    };

    static NetworkNodeOptions()
    {
        Etcd.MustBe(urls => Split(urls).All(url => IsAddress(url)), "addresses as https://10.0.0.1:2379");
        NodeAddress.MustBe(url => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri is { Scheme: "https", PathAndQuery: "/" },
            "an address as https://10.0.0.1:8443");
        Lease.MustBe(seconds => seconds is >= 1 and <= LeaseSecondsLimit, $"from 1 to {LeaseSecondsLimit} seconds");
        EtcdBytesMax.MustBe(bytes => bytes >= EtcdBytesLeast, $"at least {EtcdBytesLeast} bytes");
    }

    /// <summary>Gives them to a command.</summary>
    public static void AddTo(Command command)
    {
        foreach (var option in new Option[] { Etcd, Authority, Certificate, Key, NodeAddress, Lease, EtcdBytesMax, BeginsStore })
            command.Options.Add(option);
    }

    /// <summary>What a command line says by them.</summary>
    public static NodeNetworkOptions OptionsOf(ParseResult parsed) => new()
    {
        EtcdEndpoints = [.. Split(parsed.GetRequiredValue(Etcd)).Select(url => new Uri(url))],
        EtcdAuthorityFile = parsed.GetValue(Authority),
        EtcdCertificateFile = parsed.GetValue(Certificate),
        EtcdKeyFile = parsed.GetValue(Key),
        Address = AddressOf(parsed),
        Lease = TimeSpan.FromSeconds(parsed.GetValue(Lease)),
        StoreBytesMax = parsed.GetValue(EtcdBytesMax),
        BeginsStore = parsed.GetValue(BeginsStore),
    };

    private static IEnumerable<string> Split(string[] urls) =>
        urls.SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static bool IsAddress(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));

    private static Uri AddressOf(ParseResult parsed)
    {
        if (parsed.GetValue(NodeAddress) is { } given) return new Uri(given);
        var (address, port) = (parsed.GetRequiredValue(ServingOptions.Address), parsed.GetRequiredValue(ServingOptions.Port));
        return port != 0 && address is not ("0.0.0.0" or "::")
            ? new UriBuilder(Uri.UriSchemeHttps, address, port).Uri
            : throw new CommandFailedException(
                "Where do other nodes reach this one? Give --node-address, or --address and --port.", ExitCode.Usage);
    }
}
