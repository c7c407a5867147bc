using System.Security.Cryptography.X509Certificates;
using Stele.Ledger.Recovery;
using Stele.Server.Attestation;
using Stele.Server.Hosting;

namespace Stele.Server.Tests.Support;

/// <summary>A running ledger of its own for a class of tests, with a caller for each role.</summary>
public class LedgerFixture : IAsyncLifetime
{
    internal const int EntryBytesMax = 2000;

    private readonly string _directory = Directory.CreateTempSubdirectory("stele-server-").FullName;
    private readonly List<Caller> _callers = [];
    private X509Certificate2 _service = null!;
    private LedgerHostOptions _options = null!;

    internal LedgerHost Host { get; private set; } = null!;

    internal X509Certificate2 Service => _service;

    internal Caller Administrator { get; private set; } = null!;

    internal Caller Contributor { get; private set; } = null!;

    internal Caller Reader { get; private set; } = null!;

    internal Caller WithoutCertificate { get; private set; } = null!;

    internal Caller Unknown { get; private set; } = null!;

    internal Caller Expired { get; private set; } = null!;

    internal Caller NotYetValid { get; private set; } = null!;

    /// <summary>How many entries lie from one snapshot to the next.</summary>
    private protected virtual int SnapshotEntries => LedgerState.SnapshotEntries;

    /// <summary>The port of metrics; none where a class needs none.</summary>
    private protected virtual int? MetricsPort => null;

    public virtual async ValueTask InitializeAsync()
    {
        _options = new LedgerHostOptions
        {
            DataDirectory = _directory,
            LedgerId = "test-ledger",
            Port = 0,
            IdentityPort = 0,
            EntryBytesMax = EntryBytesMax,
            StopsOnSignals = false,
            Platform = new PlatformOptions { AllowsVirtual = true },
            TokenKeyPause = TimeSpan.FromSeconds(1),
            SnapshotEntries = SnapshotEntries,
            MetricsPort = MetricsPort,
        };
        Host = await LedgerHost.StartAsync(_options, CancellationToken.None);
        _service = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_directory, "service_cert.pem"));
        Administrator = CallerWith(X509Certificate2.CreateFromPemFile(Path.Combine(_directory, "administrator.pem")));
        Contributor = CallerWith(Certificates.New("contributor"));
        Reader = CallerWith(Certificates.New("reader"));
        Expired = CallerWith(Certificates.New("expired", fromDays: -30, toDays: -1));
        NotYetValid = CallerWith(Certificates.New("early", fromDays: 1, toDays: 30));
        Unknown = CallerWith(Certificates.New("unknown"));
        WithoutCertificate = CallerWith(null);
        await AddAsync(Contributor, "Contributor");
        await AddAsync(Reader, "Reader");
        await AddAsync(Expired, "Administrator");
        await AddAsync(NotYetValid, "Administrator");
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var caller in _callers) caller.Dispose();
        if (Host is not null) await Host.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>The consortium's first member, who sends signed requests without a certificate.</summary>
    internal Governor FirstMember() => Governor.First(WithoutCertificate, _directory);

    /// <summary>Ends the ledger's host and starts another one; callers from before do not find it.</summary>
    /// <param name="meanwhile">What happens to its files in between.</param>
    internal async Task RestartAsync(Action? meanwhile = null)
    {
        await Host.DisposeAsync();
        meanwhile?.Invoke();
        Host = await LedgerHost.StartAsync(_options, CancellationToken.None);
    }

    /// <summary>A file of the ledger's data directory.</summary>
    internal string PathOf(string name) => Path.Combine(_directory, name);

    /// <summary>Another client, on connections of its own.</summary>
    internal Caller CallerWith(X509Certificate2? certificate)
    {
        var caller = new Caller(Host.LedgerUri, _service, certificate);
        _callers.Add(caller);
        return caller;
    }

    /// <summary>A client of the identity service, which trusts only <c>identity_ca.pem</c>.</summary>
    internal Caller IdentityCaller() => new(
        Host.IdentityUri,
        X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_directory, "identity_ca.pem")),
        certificate: null);

    internal async Task AddAsync(Caller caller, string role) =>
        (await Administrator.SendAsync(
            "PATCH",
            $"/app/users/{caller.Id}?api-version=2022-05-13",
            $$"""{"assignedRole":"{{role}}"}""",
            "application/merge-patch+json")).AssertOk();
}
