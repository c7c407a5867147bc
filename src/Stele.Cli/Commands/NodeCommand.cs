using System.CommandLine;
using System.Text.Json;
using Stele.Cli.Connection;
using Stele.Cli.Output;
using Stele.Server.Attestation;
using Stele.Server.Home;
using Stele.Server.Hosting;
using Stele.Server.Joining;

namespace Stele.Cli.Commands;

/// <summary><c>stele node</c>: one node of a network of several, and who belongs to it.</summary>
internal static class NodeCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "the node's id, as `stele node list` shows it" };
    private static readonly Option<bool> Json = CommonOptions.Json();
    private static readonly ConnectionOptions Connection = new();

    private static readonly Option<string> From = new("--from")
    {
        Description = "the address of a node of the network",
        HelpName = "URL",
        Required = true,
    };

    private static readonly Option<string> ServiceCertificate = new("--service-cert")
    {
        Description = "the service's certificate, the only one that is trusted",
        HelpName = "PEM",
        Required = true,
    };

    public static Command Create()
    {
        var list = new Command("list", "List the nodes: id, tab, status, tab, address.") { Json };
        list.SetAction(ListAsync);
        var trust = new Command("trust", "Let a node in that asks to join: it is given the ledger's secrets.") { Id };
        trust.SetAction((parsed, cancel) => SetStatusAsync(parsed, "Trusted", cancel));
        var retire = new Command("retire", "End a node's part in the network, for good.") { Id };
        retire.SetAction((parsed, cancel) => SetStatusAsync(parsed, "Retired", cancel));
        foreach (var command in new[] { list, trust, retire }) Connection.AddTo(command);
        return new Command("node", "Run a node of a network, and manage who belongs to it.")
        {
            Start(), Join(), NodeSealCommand.Create(), list, trust, retire,
        };
    }

    public static string PathOf(string id) => $"/app/nodes/{Uri.EscapeDataString(id)}";

    private static TaughtCommand Start()
    {
        var start = new TaughtCommand(
            "start",
            "Start a node of a network whose log etcd orders.",
            """
            Example, the first node; it founds the network:
              stele node start --data /srv/ledger --etcd https://10.0.0.9:2379 --address 0.0.0.0 --node-address https://10.0.0.1:8443

            Further nodes join it (stele node join), and are started like this afterwards.
            """);
        ServingOptions.AddTo(start);
        NetworkNodeOptions.AddTo(start);
        start.SetAction((parsed, cancel) => Serving.RunAsync(OptionsOf(parsed), cancel));
        return start;
    }

    private static TaughtCommand Join()
    {
        var join = new TaughtCommand(
            "join",
            "Join a network as a new node, and start.",
            """
            Example:
              stele node join --from https://10.0.0.1:8443 --service-cert service_cert.pem --data /srv/ledger \
                --etcd https://10.0.0.9:2379 --address 0.0.0.0 --node-address https://10.0.0.2:8443

            It waits until an administrator lets it in (stele node trust ID), and goes on where it was when it is run again.
            """);
        ServingOptions.AddTo(join, founds: false);
        NetworkNodeOptions.AddTo(join);
        join.Options.Add(From);
        join.Options.Add(ServiceCertificate);
        From.MustBe(url => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps, "an https address");
        join.SetAction(JoinAsync);
        return join;
    }

    private static LedgerHostOptions OptionsOf(ParseResult parsed) =>
        ServingOptions.OptionsOf(parsed) with { Network = NetworkNodeOptions.OptionsOf(parsed) };

    private static async Task<int> JoinAsync(ParseResult parsed, CancellationToken cancel)
    {
        var options = OptionsOf(parsed);
        try
        {
            await NodeJoin.RunAsync(
                new NodeJoinOptions
                {
                    DataDirectory = options.DataDirectory,
                    From = new Uri(parsed.GetRequiredValue(From)),
                    ServiceCertificateFile = parsed.GetRequiredValue(ServiceCertificate),
                    Address = options.Network!.Address,
                    HostNames = options.AllHostNames,
                    Platform = options.Platform,
                    Seal = options.Seal,
                    Waits = id => Terminal.Say($"Node {id} waits to be let in; an administrator can run: stele node trust {id}"),
                },
                TimeProvider.System, cancel);
        }
        catch (Exception refused) when (refused is NodeJoinException or LedgerHomeException or EvidenceException)
        {
            throw new CommandFailedException(refused.Message, ExitCode.Failed);
        }
        return await Serving.RunAsync(options, cancel);
    }

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancel)
    {
        var terminal = new Terminal(parsed.GetValue(Json));
        using var connection = Connection.Open(parsed);
        var nodes = (await connection.GetAsync("/app/nodes", cancel)).Json().GetProperty("nodes");
        foreach (var node in nodes.EnumerateArray()) terminal.Result(Row(node), node.WriteTo);
        return ExitCode.Ok;
    }

    private static string Row(JsonElement node) =>
        $"{node.GetProperty("nodeId").GetString()}\t{node.GetProperty("status").GetString()}\t{node.GetProperty("address").GetString()}";

    private static async Task<int> SetStatusAsync(ParseResult parsed, string status, CancellationToken cancel)
    {
        using var connection = Connection.Open(parsed);
        var node = await SetStatusAsync(connection, parsed.GetRequiredValue(Id), status, cancel);
        Console.Out.WriteLine(Row(node));
        return ExitCode.Ok;
    }

    /// <summary>Lets a node in, or ends its part in the network.</summary>
    public static async Task<JsonElement> SetStatusAsync(LedgerConnection connection, string id, string status, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>(StringComparer.Ordinal) { ["status"] = status });
        return (await connection.SendAsync(HttpMethod.Patch, PathOf(id), body, cancel)).Json();
    }
}
