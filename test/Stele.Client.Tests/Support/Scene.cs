using System.Security.Cryptography.X509Certificates;
using Stele.Client.Tests.Support;
using Stele.Server.Attestation;
using Stele.Server.Hosting;

[assembly: AssemblyFixture(typeof(Scene))]

namespace Stele.Client.Tests.Support;

/// <summary>A running ledger for all tests of this library, and what its operator hands to users.</summary>
public sealed class Scene : IAsyncLifetime
{
    public const string LedgerId = "my-ledger";

    private readonly string _directory = Directory.CreateTempSubdirectory("stele-client-").FullName;
    private LedgerHost _host = null!;

    public Uri Ledger => _host.LedgerUri;

    public Uri IdentityService => _host.IdentityUri;

    public X509Certificate2 ServiceCertificate { get; private set; } = null!;

    public X509Certificate2 IdentityAuthority { get; private set; } = null!;

    public X509Certificate2 Administrator { get; private set; } = null!;

    public LedgerClientOptions Options => new()
    {
        ServiceCertificate = ServiceCertificate,
        IdentityAuthority = IdentityAuthority,
        Retry = { MaxRetries = 0 },
    };

    /// <summary>A client that comes as the administrator.</summary>
    public LedgerClient Client => field ??= new LedgerClient(Ledger, Administrator, Options);

    public async ValueTask InitializeAsync()
    {
        _host = await LedgerHost.StartAsync(
            new LedgerHostOptions
            {
                DataDirectory = _directory,
                LedgerId = LedgerId,
                Port = 0,
                IdentityPort = 0,
                StopsOnSignals = false,
                Platform = new PlatformOptions { AllowsVirtual = true },
            },
            CancellationToken.None);
        ServiceCertificate = X509CertificateLoader.LoadCertificateFromFile(PathOf("service_cert.pem"));
        IdentityAuthority = X509CertificateLoader.LoadCertificateFromFile(PathOf("identity_ca.pem"));
        Administrator = X509Certificate2.CreateFromPemFile(PathOf("administrator.pem"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>The consortium's one member.</summary>
    internal Governor Member(Caller caller) => Governor.First(caller, _directory);

    /// <summary>A file of the ledger's data directory.</summary>
    public string PathOf(string name) => Path.Combine(_directory, name);
}
