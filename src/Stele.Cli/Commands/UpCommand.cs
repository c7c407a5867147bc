using System.CommandLine;
using Stele.Cli.Network;
using Stele.Cli.Output;

namespace Stele.Cli.Commands;

/// <summary><c>stele up</c>: starts a ledger on this machine, and proves that it works before it says so.</summary>
internal static class UpCommand
{
    private static readonly Option<int?> Nodes = new("--nodes")
    {
        Description = "a network of so many nodes on this machine, with an etcd of its own, for a look: 1, 3 or 5",
        HelpName = "N",
    };

    public static Command Create()
    {
        var command = new TaughtCommand(
            "up",
            "Start a ledger on this machine.",
            """
            Examples:
              stele up --virtual                          a ledger in ./stele-data, on ports 8443 and 8444
              stele up --data /srv/ledger --ledger-id books --address 0.0.0.0 --host books.example.org
              stele up --virtual --data /tmp/net --nodes 3    three nodes and their etcd, on ports 8443, 8453 and 8463

            A node shows evidence of the enclave it runs in (SEV-SNP, TDX), which it finds by itself; where there is none, it
            starts only with --virtual, and nothing of it is attested.

            On first use it makes keys, certificates, an administrator and a first entry whose receipt it verifies. It says
            «ready» when the ledger takes requests, and stops on Ctrl-C or SIGTERM.
            """);
        ServingOptions.AddTo(command);
        command.Options.Add(Nodes);
        Nodes.MustBe(count => count is 1 or 3 or 5, "1, 3 or 5");
        command.SetAction(RunAsync);
        return command;
    }

    private static Task<int> RunAsync(ParseResult parsed, CancellationToken cancel) => parsed.GetValue(Nodes) is { } nodes
        ? LocalNetwork.RunAsync(nodes, parsed, cancel)
        : Serving.RunAsync(ServingOptions.OptionsOf(parsed), cancel);
}
