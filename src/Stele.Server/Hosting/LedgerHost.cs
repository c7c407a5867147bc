using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Stele.Governance.Members;
using Stele.Governance.Nodes;
using Stele.Governance.Service;
using Stele.Ledger.Collections;
using Stele.Ledger.Recovery;
using Stele.Replication.Network;
using Stele.Server.Api;
using Stele.Server.Application;
using Stele.Server.Attestation;
using Stele.Server.Authentication.Tokens;
using Stele.Server.Home;
using Stele.Server.Identity;
using Stele.Server.Sealing;
using Stele.Server.Telemetry;

namespace Stele.Server.Hosting;

/// <summary>A running node: the ledger and the identity service, each on its port.</summary>
public sealed class LedgerHost : IAsyncDisposable
{
    /// <summary>The identity service's own limit: it has one small answer, and a client asks once.</summary>
    private const int IdentityConnectionsMax = 256;

    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<IDisposable> _signals = [];
    private readonly LedgerHome _home;
    private readonly ConfidentialLedger _ledger;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly NodeTelemetry _telemetry;
    private readonly List<WebApplication> _fronts = [];
    private KeyRefresh? _keys;
    private int _disposing;

    private LedgerHost(
        LedgerHome home, ConfidentialLedger ledger, NodeTelemetry telemetry, ILoggerFactory loggers, ILogger logger)
    {
        _telemetry = telemetry;
        _home = home;
        _ledger = ledger;
        _loggers = loggers;
        _logger = logger;
    }

    /// <summary>Whether anything has been appended yet.</summary>
    public bool HasEntries
    {
        get
        {
            try
            {
                return _ledger.Collections(after: null, count: 1).Count > 0;
            }
            catch (IndexIncompleteException)
            {
                return true; // an index that lacks entries is one of a ledger that has many
            }
        }
    }

    /// <summary>The ledger, for who looks at the node from within its process.</summary>
    internal ConfidentialLedger Ledger => _ledger;

    /// <summary>The ledger's name.</summary>
    public string LedgerId { get; private set; } = LedgerHostOptions.DefaultLedgerId;

    /// <summary>The ledger's address.</summary>
    public Uri LedgerUri { get; private set; } = null!;

    /// <summary>The identity service's address.</summary>
    public Uri IdentityUri { get; private set; } = null!;

    /// <summary>The address of metrics and probes; null where there is none.</summary>
    public Uri? MetricsUri => _telemetry.Address;

    /// <summary>CCF's name of the format in which the node shows its platform.</summary>
    public string EvidenceFormat => _ledger.OwnEvidence.Format;

    /// <summary>Whether the node runs without an enclave.</summary>
    public bool IsVirtual => _ledger.OwnEvidence.IsVirtual;

    /// <summary>How far the service has come: one that is recovered is not open before its members have made it so.</summary>
    public ServiceStatus Status => ServiceTable.Status(_ledger.Tables);

    /// <summary>How many members have still to acknowledge the ledger's state: until then they have no part in anything.</summary>
    public int MembersToCome => _ledger.Members().Count(member => member.Status != MemberStatus.Active);

    /// <summary>Completes when the node has stopped, of itself or by signal.</summary>
    public Task Completion => _stopped.Task;

    /// <summary>Opens or creates the ledger, and serves it.</summary>
    /// <exception cref="IOException">A port is taken, or the data directory cannot be used.</exception>
    public static Task<LedgerHost> StartAsync(LedgerHostOptions options, CancellationToken cancel) =>
        StartAsync(options, TimeProvider.System, cancel);

    /// <summary>Opens or creates the ledger, and serves it by a clock of the caller's.</summary>
    internal static async Task<LedgerHost> StartAsync(
        LedgerHostOptions options, TimeProvider time, CancellationToken cancel)
    {
        // Before anything is made: a machine that is refused is left as it was.
        var platform = NodePlatform.Find(options.Platform, time);
        FirstStart.DemandPorts(options);
        var loggers = Logging.To(options.Log, options.LogFormat);
        var logger = loggers.CreateLogger("Stele.Server");
        NodeTelemetry? telemetry = null;
        LedgerHome? home = null;
        ConfidentialLedger ledger;
        try
        {
            telemetry = await NodeTelemetry.StartAsync(options, loggers, time, cancel);
            home = await LedgerHome.OpenOrCreateAsync(
                options.DataDirectory, options.AllHostNames, new SealOptions(options.Seal, options.Platform), time, cancel);
            options = options with { LedgerId = home.LedgerIdOr(options.LedgerId), Metrics = telemetry.Metrics };
            telemetry.Know(home, options.LedgerId, logger);
            Tell(logger, home);
            var evidence = await platform.EvidenceAsync(home.NodeKey.KeyId, cancel);
            Tell(logger, platform, evidence);
            ledger = await ConfidentialLedger.OpenAsync(
                home, evidence, options, NoticesTo(logger), time, cancel);
        }
        catch
        {
            if (telemetry is not null) await telemetry.DisposeAsync();
            loggers.Dispose();
            home?.Dispose();
            throw;
        }

        Tell(logger, ledger.Start);
        var host = new LedgerHost(home, ledger, telemetry, loggers, logger);
        try
        {
            await host.ServeAsync(options, time, cancel);
            telemetry.Serves(ledger);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops taking requests, makes durable and signs what was taken, and closes the ledger.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposing, 1) != 0)
        {
            await Completion;
            return;
        }

        Log.Stopping(_logger);
        try
        {
            foreach (var signal in _signals) signal.Dispose();
            // Before connections are closed: a write that another node passes on is answered, and never cut off.
            await _ledger.LeaveAsync();
            // No request waits for an issuer any more.
            if (_keys is not null) await _keys.DisposeAsync();
            foreach (var front in _fronts) await front.DisposeAsync();
            await _ledger.DisposeAsync();
            await _telemetry.DisposeAsync();
            Log.Stopped(_logger);
            _stopped.TrySetResult();
        }
        catch (Exception failure)
        {
            _stopped.TrySetException(failure);
            throw;
        }
        finally
        {
            _home.Dispose();
            _loggers.Dispose();
        }
    }

    private static LedgerNotices NoticesTo(ILogger logger) => new()
    {
        IndexesLack = lacking => Tell(logger, lacking),
        Stops = reason => Log.NodeStopped(logger, reason),
        Tells = notice => Log.Told(logger, notice),
        Troubled = trouble => Tell(logger, trouble),
        Renewed = until => Log.Renewed(logger, until),
    };

    private static void Tell(ILogger logger, NodePlatform platform, NodeEvidence evidence)
    {
        if (evidence.IsVirtual) Log.NothingAttested(logger);
        else Log.Attested(logger, evidence.Format, platform.Name, evidence.Endorsements.IsEmpty ? "without" : "with");
    }

    private static void Tell(ILogger logger, LedgerHome home)
    {
        if (home.NewlySealed.Count > 0) Log.NewlySealed(logger, string.Join(", ", home.NewlySealed), home.Seal.Way.Name);
        Log.SealedBy(logger, home.Seal.Way.Name);
    }

    private static void Tell(ILogger logger, LedgerStart start)
    {
        foreach (var (path, reason, _) in start.Skipped) Log.SnapshotSkipped(logger, path, reason);
        Log.Read(logger, start.Entries, start.Snapshot);
    }

    private static void Tell(ILogger logger, NetworkTrouble? trouble)
    {
        if (trouble is not null) Log.Troubled(logger, trouble.Reason, trouble.Detail);
        else Log.TroubleIsOver(logger);
    }

    private static void Tell(ILogger logger, long lacking)
    {
        if (lacking > 0) Log.IndexesLack(logger, lacking);
        else Log.IndexesAreWhole(logger);
    }

    private async Task ServeAsync(LedgerHostOptions options, TimeProvider time, CancellationToken cancel)
    {
        var address = IPAddress.Parse(options.Address);
        X509Certificate2Collection issuers = [_home.ServiceCertificate];
        var ledgerFront = new HttpsFront(
            new IPEndPoint(address, options.Port),
            () => _home.NodeCertificate.Shown,
            issuers,
            AsksForCertificate: true,
            BodyBytesMax: options.BodyBytesMax,
            options.ConnectionsMax,
            time);
        var identityFront = new HttpsFront(
            new IPEndPoint(address, options.IdentityPort),
            () => _home.IdentityCertificate,
            [],
            AsksForCertificate: false,
            BodyBytesMax: 0,
            IdentityConnectionsMax,
            time);
        _keys = new KeyRefresh(_ledger, options.TokenKeyPause, time, _logger);
        var api = new LedgerApi(_ledger, _keys, options, time, _logger, _telemetry.Requests);
        _keys.Start();
        LedgerId = options.LedgerId!;
        LedgerUri = await AddAsync(ledgerFront, api.HandleAsync, options, cancel);
        var identity = new IdentityService(
            LedgerId, _home.ServiceCertificate.ExportCertificatePem() + "\n", options.Network?.Address, LedgerUri.Port);
        IdentityUri = await AddAsync(identityFront, identity.HandleAsync, options, cancel);
        if (options.StopsOnSignals) StopOn(PosixSignal.SIGINT, PosixSignal.SIGTERM);
        Log.Started(_logger, LedgerId, LedgerUri, IdentityUri);
    }

    private async Task<Uri> AddAsync(
        HttpsFront front, RequestDelegate answer, LedgerHostOptions options, CancellationToken cancel)
    {
        var app = await front.StartAsync(answer, _loggers, cancel);
        _fronts.Add(app);
        var host = options.IsAnyAddress ? "localhost" : options.Address;
        return new UriBuilder(Uri.UriSchemeHttps, host, HttpsFront.PortOf(app)).Uri;
    }

    private void StopOn(params ReadOnlySpan<PosixSignal> signals)
    {
        foreach (var signal in signals)
        {
            _signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                // What goes wrong is told by Completion.
                _ = DisposeAsync().AsTask();
            }));
        }
    }
}
