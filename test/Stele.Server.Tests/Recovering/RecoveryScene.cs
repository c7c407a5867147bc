using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Stele.Governance.Recovery;
using Stele.Governance.Requests;
using Stele.Server.Attestation;
using Stele.Server.Hosting;
using Stele.Server.Joining;
using Stele.Server.Recovering;
using Stele.Server.Tests.Support;

namespace Stele.Server.Tests.Recovering;

/// <summary>A consortium of three members with recovery shares, two of which are needed, and its ledger through disasters.</summary>
internal sealed class RecoveryScene : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("stele-recovery-").FullName;
    private readonly List<(X509Certificate2 Certificate, ECDsa Key, RSA Encryption)> _members = [];
    private X509Certificate2 _administrator = null!;
    private Caller _anyone = null!;
    private int _services;

    public LedgerHost Host { get; private set; } = null!;

    public Caller Administrator { get; private set; } = null!;

    public X509Certificate2 Service { get; private set; } = null!;

    /// <summary>The data directory of the service that runs, or ran last.</summary>
    public string Home => Path.Combine(_directory, $"service-{_services}");

    /// <summary>A directory for whatever a test puts aside.</summary>
    public string Place(string name) => Path.Combine(_directory, name);

    public static async Task<RecoveryScene> FoundAsync()
    {
        var scene = new RecoveryScene { _services = 1 };
        foreach (var name in new[] { "anna", "boris", "chris" }) scene._members.Add(NewMember(name));
        await scene.StartAsync();
        scene._administrator = X509Certificate2.CreateFromPemFile(Path.Combine(scene.Home, "administrator.pem"));
        scene.Connect();
        for (var i = 0; i < scene._members.Count; i++)
        {
            using var member = scene.Member(i);
            Assert.Equal(HttpStatusCode.NoContent, (await member.AcknowledgeAsync()).Status);
        }
        return scene;
    }

    /// <summary>Starts the service of the present data directory.</summary>
    public async Task StartAsync(Func<LedgerHostOptions, LedgerHostOptions>? change = null)
    {
        Host = await LedgerHost.StartAsync(change?.Invoke(Options()) ?? Options(), CancellationToken.None);
        Service = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Home, "service_cert.pem"));
        if (_administrator is not null) Connect();
    }

    /// <summary>The service is gone, and a new one begins on what it left.</summary>
    public async Task RecoverAsync()
    {
        var left = await LoseAsync();
        await DisasterRecovery.PrepareAsync(RecoveryOptions(left), CancellationToken.None);
        await StartAsync();
    }

    /// <summary>The service is gone; the next one has a data directory of its own.</summary>
    /// <returns>What it left.</returns>
    public async Task<string> LoseAsync()
    {
        var left = Home;
        await StopAsync();
        _services++;
        return left;
    }

    public DisasterRecoveryOptions RecoveryOptions(string left) =>
        new() { LedgerDirectory = Path.Combine(left, "ledger"), DataDirectory = Home };

    public LedgerHostOptions Options() => new()
    {
        DataDirectory = Home,
        LedgerId = "recovered-ledger",
        Port = 0,
        IdentityPort = 0,
        StopsOnSignals = false,
        Platform = new PlatformOptions { AllowsVirtual = true },
        Consortium = FoundingConsortium.Of(
            [.. _members.Select(member => Governance.Members.Member.Of(member.Certificate) with
            {
                EncryptionKey = member.Encryption.ExportSubjectPublicKeyInfoPem(),
            })],
            recoveryThreshold: 2),
    };

    /// <summary>Has the members vote for the present service, which then waits for their shares.</summary>
    public async Task AcceptAsync()
    {
        var previous = (await _anyone.GetAsync("/node/service/previous_identity")).AssertOk().Json
            .GetProperty("previous_service_identity").GetString();
        var next = File.ReadAllText(Path.Combine(Home, "service_cert.pem"));
        await DecideAsync(Governor.Action(
            "transition_service_to_open", new { previous_service_identity = previous, next_service_identity = next }));
        Assert.Equal("WaitingForRecoveryShares", await StatusAsync());
    }

    /// <summary>A member's share of the newest issue, as the member opens it.</summary>
    public byte[] ShareOf(int member)
    {
        var (certificate, _, encryption) = _members[member];
        var issued = RecoveryShares.Find(Host.Ledger.Tables)!;
        return encryption.Decrypt(issued.Shares[Governance.Members.Member.IdOf(certificate)].Span, RSAEncryptionPadding.OaepSHA256);
    }

    public async Task<Reply> SubmitAsync(int member, byte[] share)
    {
        using var governor = Member(member);
        var body = JsonSerializer.Serialize(new { share = Convert.ToBase64String(share) });
        return await governor.PostAsync(
            $"recovery/members/{governor.Id}:recover", governor.Sign(RequestType.RecoveryShare, body));
    }

    /// <summary>Two members give their shares, and the service opens.</summary>
    public async Task OpenAsync()
    {
        (await SubmitAsync(0, ShareOf(0))).AssertOk();
        (await SubmitAsync(2, ShareOf(2))).AssertOk();
        await WhenOpenAsync();
    }

    public async Task WhenOpenAsync()
    {
        await WhenAsync(async () => await StatusAsync() == "Open", "the service opens");
        // The index of old entries is made again meanwhile.
        await WhenAsync(
            async () => (await Administrator.GetAsync("/app/collections?api-version=2022-05-13")).Status == HttpStatusCode.OK,
            "the index is whole");
    }

    /// <summary>Waits until something is so.</summary>
    public static async Task WhenAsync(Func<Task<bool>> condition, string what)
    {
        for (var i = 0; i < 600; i++)
        {
            if (await condition()) return;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        Assert.Fail($"It did not come to pass within a minute: {what}.");
    }

    public Task WhenCommittedAsync(TransactionId id) =>
        WhenAsync(() => Task.FromResult(Host.Ledger.Committed.SeqNo >= id.SeqNo), "the entry is committed");

    /// <summary>The administrator, at another node of the same service.</summary>
    public Caller AdministratorAt(LedgerHost host) => new(host.LedgerUri, Service, _administrator);

    /// <summary>Has a node join, trusted by the members.</summary>
    public async Task JoinAsync(LedgerHostOptions options)
    {
        var waits = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var joining = NodeJoin.RunAsync(
            new NodeJoinOptions
            {
                DataDirectory = options.DataDirectory,
                From = Host.LedgerUri,
                ServiceCertificateFile = Path.Combine(Home, "service_cert.pem"),
                Address = options.Network!.Address,
                Platform = options.Platform,
                Waits = id => waits.TrySetResult(id),
            },
            TimeProvider.System, TestContext.Current.CancellationToken);
        await Task.WhenAny(joining, waits.Task);
        if (joining.IsFaulted) await joining;
        await DecideAsync(Governor.Action("transition_node_to_trusted", new { node_id = await waits.Task, valid_from = "260101000000Z" }));
        await joining;
    }

    public async Task<string> StatusAsync() =>
        (await _anyone.GetAsync("/gov/service/info?api-version=2024-07-01")).AssertOk().Json.GetProperty("status").GetString()!;

    public async Task DecideAsync(string proposal)
    {
        using var anna = Member(0);
        var made = (await anna.ProposeAsync(proposal)).AssertOk().Json;
        var state = made;
        for (var i = 0; i < _members.Count && state.GetProperty("proposalState").GetString() == "Open"; i++)
        {
            using var voter = Member(i);
            state = (await voter.VoteAsync(made.GetProperty("proposalId").GetString()!, inFavour: true)).AssertOk().Json;
        }
        Assert.True(state.GetProperty("proposalState").GetString() == "Accepted", state.GetRawText());
    }

    /// <summary>The Nth member, for a while.</summary>
    public Governor Member(int number) => new(
        _anyone, X509CertificateLoader.LoadCertificate(_members[number].Certificate.RawData),
        ECDsa.Create(_members[number].Key.ExportParameters(includePrivateParameters: true)));

    public async Task StopAsync()
    {
        await Host.DisposeAsync();
        Administrator.Dispose();
        _anyone.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var (certificate, key, encryption) in _members)
        {
            certificate.Dispose();
            key.Dispose();
            encryption.Dispose();
        }
        Directory.Delete(_directory, recursive: true);
    }

    private void Connect()
    {
        Administrator = new Caller(Host.LedgerUri, Service, _administrator);
        _anyone = new Caller(Host.LedgerUri, Service, certificate: null);
    }

    private static (X509Certificate2 Certificate, ECDsa Key, RSA Encryption) NewMember(string name)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA384);
        return (request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100)), key, RSA.Create(2048));
    }
}
