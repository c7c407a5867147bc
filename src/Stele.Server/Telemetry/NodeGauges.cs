using System.Diagnostics.Metrics;
using System.Security.Cryptography.X509Certificates;
using Stele.Replication.Telemetry;
using Stele.Server.Home;

namespace Stele.Server.Telemetry;

/// <summary>What can be said of a node's surroundings at any moment: its certificates, its disk, its name.</summary>
internal static class NodeGauges
{
    /// <summary>Adds them to a node's meter.</summary>
    public static void Add(LedgerMetrics metrics, LedgerHome home, string ledgerId, TimeProvider time)
    {
        var meter = metrics.Meter;
        meter.CreateObservableGauge(
            "stele.certificate.expiry", () => Expiries(home, time), "s", "How long a certificate is still valid; negative once it is not.");
        meter.CreateObservableGauge(
            "stele.disk.free", () => new DriveInfo(home.Directory).AvailableFreeSpace, "By",
            "What the node may still write to the disk of its data directory.");
        meter.CreateObservableGauge(
            "stele.disk.size", () => new DriveInfo(home.Directory).TotalSize, "By", "The size of the disk of the data directory.");
        KeyValuePair<string, object?>[] names =
        [
            new("stele.ledger.id", ledgerId),
            new("stele.node.id", home.NodeKey.KeyId),
            new("stele.version", typeof(NodeGauges).Assembly.GetName().Version!.ToString(fieldCount: 3)),
        ];
        meter.CreateObservableGauge("stele.build.info", () => new Measurement<int>(1, names), "{node}", "Always 1: who this node is.");
    }

    private static IEnumerable<Measurement<double>> Expiries(LedgerHome home, TimeProvider time)
    {
        yield return Expiry("service", home.ServiceCertificate, time);
        yield return Expiry("node", home.NodeCertificate.Shown, time);
        yield return Expiry("identity", home.IdentityCertificate, time);
    }

    private static Measurement<double> Expiry(string name, X509Certificate2 certificate, TimeProvider time) => new(
        (certificate.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime).TotalSeconds,
        new KeyValuePair<string, object?>("certificate", name));
}
