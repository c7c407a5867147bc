using System.CommandLine;
using Stele.Server.Home;

namespace Stele.Cli.Connection;

/// <summary>The options by which a command is told where the ledger is: option, else environment, else data directory.</summary>
internal sealed class ConnectionOptions
{
    private readonly Option<string?> _data = new("--data", "-d")
    {
        Description = "the data directory of a node on this machine [STELE_DATA, else ./stele-data]",
        HelpName = "DIR",
    };

    private readonly Option<string?> _url = new("--url")
    {
        Description = "the ledger's address [STELE_URL]",
        HelpName = "URL",
    };

    private readonly Option<string?> _serviceCertificate = new("--service-cert")
    {
        Description = "the service's certificate, the only one that is trusted [STELE_SERVICE_CERT]",
        HelpName = "PEM",
    };

    private readonly Option<string?> _certificate = new("--certificate")
    {
        Description = "a file with your certificate and key [STELE_CERTIFICATE]",
        HelpName = "PEM",
    };

    private readonly Option<string?> _tokenFile = new("--token-file")
    {
        Description = "a file with your bearer token, instead of a certificate [STELE_TOKEN_FILE]",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_data);
        command.Options.Add(_url);
        command.Options.Add(_serviceCertificate);
        command.Options.Add(_certificate);
        command.Options.Add(_tokenFile);
    }

    public LedgerConnection Open(ParseResult parsed) => new(Locate(parsed));

    /// <summary>The data directory, whether there is one or not.</summary>
    public string Data(ParseResult parsed) => Value(parsed, _data, "STELE_DATA") ?? "stele-data";

    /// <summary>What an option says, or else the environment.</summary>
    public static string? Value(ParseResult parsed, Option<string?> option, string variable) =>
        parsed.GetValue(option) ?? Variable(variable);

    /// <summary>Where the ledger is.</summary>
    public LedgerLocation Locate(ParseResult parsed)
    {
        var data = Data(parsed);
        var serviceCertificate = Value(parsed, _serviceCertificate, "STELE_SERVICE_CERT") ?? In(data, "service_cert.pem");
        var (certificate, tokenFile) = Credential(parsed);
        if (tokenFile is null) certificate ??= In(data, "administrator.pem");
        var url = Value(parsed, _url, "STELE_URL") ?? Listening(data)?.Ledger.ToString();
        if (url is null || serviceCertificate is null)
        {
            throw new CommandFailedException(
                $"Where is the ledger? No node has run in {Path.GetFullPath(data)}: give --data DIR of a running node on this "
                + "machine, or --url URL with --service-cert PEM and --certificate PEM or --token-file FILE.", ExitCode.Usage);
        }
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps)
            throw new CommandFailedException($"{url} is not an https address.", ExitCode.Usage);
        return new LedgerLocation
        {
            Url = address,
            ServiceCertificate = CertificateFile.Read(serviceCertificate),
            ServiceCertificateSource = serviceCertificate,
            ClientCertificate = certificate is null ? null : CertificateFile.ReadWithKey(certificate),
            Token = tokenFile is null ? null : TokenFile.Read(tokenFile),
        };
    }

    private static EndpointFile? Listening(string data)
    {
        try
        {
            return EndpointFile.Read(data);
        }
        catch (FormatException damage)
        {
            throw new CommandFailedException($"{damage.Message} Give --url instead, or start the node again.", ExitCode.Failed);
        }
    }

    // One of both: what the command line says counts before what the environment says of the other.
    private (string? Certificate, string? TokenFile) Credential(ParseResult parsed)
    {
        var said = (Certificate: parsed.GetValue(_certificate), TokenFile: parsed.GetValue(_tokenFile));
        if (said is (null, null)) said = (Variable("STELE_CERTIFICATE"), Variable("STELE_TOKEN_FILE"));
        return said is not ({ }, { })
            ? said
            : throw new CommandFailedException(
                "As whom? Give --certificate or --token-file (STELE_CERTIFICATE or STELE_TOKEN_FILE), not both.", ExitCode.Usage);
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string? In(string data, string name)
    {
        var path = Path.Combine(data, name);
        return File.Exists(path) ? path : null;
    }
}
