using System.CommandLine;
using Stele.Cli.Commands;
using Stele.Cli.Configuration;
using Stele.Cli.Output;
using Stele.Server.Doctor;
using Stele.Server.Hosting;

namespace Stele.Cli.Doctor;

/// <summary><c>stele doctor</c>: looks a node over, and says what to do.</summary>
internal static class DoctorCommand
{
    private static readonly Argument<string?> Directory = new("data-dir")
    {
        Description = "the node's data directory [STELE_DATA, else ./stele-data; none where only --url or --etcd is given]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Url = new("--url")
    {
        Description = "a running node to ask [that of the data directory]",
        HelpName = "URL",
    };

    // The node's file, read for what both have: the doctor's own options are none of a node's settings.
    private static readonly Option<string?> Config = new(NodeConfiguration.File.Name)
    {
        Description = NodeConfiguration.File.Description,
        HelpName = "FILE",
    };

    private static readonly Option<string?> ServiceCertificate = new("--service-cert")
    {
        Description = "the service's certificate [that of the data directory]",
        HelpName = "PEM",
    };

    private static readonly Option<string[]> Etcd = new("--etcd")
    {
        Description = "the client addresses of etcd's members, with commas between",
        HelpName = "URL",
    };

    private static readonly Option<string?> EtcdAuthority = new("--etcd-ca")
    {
        Description = "the authorities that vouch for them",
        HelpName = "PEM",
    };

    private static readonly Option<string?> EtcdCertificate = new("--etcd-cert")
    {
        Description = "the certificate that etcd asks for",
        HelpName = "PEM",
    };

    private static readonly Option<string?> EtcdKey = new("--etcd-key") { Description = "that certificate's key", HelpName = "PEM" };
    private static readonly Option<bool> Json = CommonOptions.Json();

    private static readonly Option[] OfNodes =
    [
        ServingOptions.Address, ServingOptions.Port, ServingOptions.IdentityPort, ServingOptions.LedgerId, .. SealingOptions.All,
        Etcd, EtcdAuthority, EtcdCertificate, EtcdKey,
    ];

    static DoctorCommand()
    {
        Url.MustBe(url => url is null || IsAddress(url, Uri.UriSchemeHttps), "an address as https://10.0.0.1:8443");
        Etcd.MustBe(
            urls => Split(urls).All(url => IsAddress(url, Uri.UriSchemeHttps)
                || (IsAddress(url, Uri.UriSchemeHttp) && new Uri(url).IsLoopback)),
            "addresses as https://10.0.0.1:2379");
    }

    public static Command Create()
    {
        var command = new TaughtCommand(
            "doctor",
            "Look a node over: directory, ledger, keys, certificates, clock, disk, ports, etcd, health; and say what to do.",
            """
            Examples:
              stele doctor /var/lib/stele
              stele doctor /var/lib/stele --etcd https://10.0.0.1:2379 --etcd-ca ca.crt --etcd-cert client.crt --etcd-key client.key
              stele doctor --url https://ledger.example.org:8443 --service-cert service_cert.pem

            It leaves everything as it was, and may be run beside the node, as the node's user. To see, it asks for the lock of a
            node that does not run and opens its ports for a moment, and with --etcd it puts a key there that no node reads, with a
            lease of 5 seconds, and deletes it. Exit code 1 where something fails, with what to do about it; 0 otherwise, warnings
            or not.
            """)
        {
            Directory, Url, ServiceCertificate, Etcd, EtcdAuthority, EtcdCertificate, EtcdKey,
            ServingOptions.Address, ServingOptions.Port, ServingOptions.IdentityPort, ServingOptions.LedgerId, Config, Json,
        };
        SealingOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var findings = await Checkup.RunAsync(Configured(parsed), TimeProvider.System, cancel);
        var terminal = new Terminal(parsed.GetValue(Json));
        foreach (var finding in findings) Show(finding, terminal);
        return findings.Any(finding => finding.Level == FindingLevel.Fail) ? ExitCode.Failed : ExitCode.Ok;
    }

    private static void Show(Finding finding, Terminal terminal)
    {
        var level = finding.Level switch { FindingLevel.Ok => "ok", FindingLevel.Warn => "warn", _ => "FAIL" };
        var advice = finding.Advice is { } advises ? $"\n{"",20}{Printable.Of(advises)}" : "";
        terminal.Result($"{level,-5} {finding.Check,-13} {Printable.Of(finding.What)}{advice}", json =>
        {
            json.WriteStartObject();
            json.WriteString("level", level.ToLowerInvariant());
            json.WriteString("check", finding.Check);
            json.WriteString("what", finding.What);
            if (finding.Advice is not null) json.WriteString("do", finding.Advice);
            json.WriteEndObject();
        });
    }

    // What the node is told by its file and the environment counts here as there.
    private static CheckupOptions Configured(ParseResult parsed)
    {
        var isAfar = parsed.GetValue(Url) is not null || parsed.GetValue(Etcd) is { Length: > 0 };
        if (parsed.GetValue(Directory) is null && parsed.GetValue(Config) is null && isAfar) return OptionsOf(parsed, null);
        var (data, arguments) = NodeConfiguration.OfNode(
            parsed, parsed.GetValue(Config), parsed.GetValue(Directory), OfNodes, ToolCall.EnvironmentOf(parsed));
        return OptionsOf(parsed.RootCommandResult.Command.Parse([.. parsed.Tokens.Select(token => token.Value), .. arguments]), data);
    }

    private static CheckupOptions OptionsOf(ParseResult parsed, string? data)
    {
        var url = parsed.GetValue(Url);
        var etcd = Split(parsed.GetValue(Etcd) ?? []).Select(member => new Uri(member)).ToList();
        return new CheckupOptions
        {
            DataDirectory = data,
            Sealing = SealingOptions.OptionsOf(parsed),
            Address = parsed.GetRequiredValue(ServingOptions.Address),
            Ports = [parsed.GetRequiredValue(ServingOptions.Port), parsed.GetRequiredValue(ServingOptions.IdentityPort)],
            Url = url is null ? null : new Uri(url),
            LedgerId = parsed.GetValue(ServingOptions.LedgerId),
            ServiceCertificateFile = parsed.GetValue(ServiceCertificate),
            Network = etcd.Count == 0 ? null : new NodeNetworkOptions
            {
                EtcdEndpoints = etcd,
                EtcdAuthorityFile = parsed.GetValue(EtcdAuthority),
                EtcdCertificateFile = parsed.GetValue(EtcdCertificate),
                EtcdKeyFile = parsed.GetValue(EtcdKey),
                Address = new Uri("https://localhost"),
            },
        };
    }

    private static IEnumerable<string> Split(string[] urls) =>
        urls.SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static bool IsAddress(string text, string scheme) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == scheme;
}
