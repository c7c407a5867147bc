using System.Globalization;
using Stele.Cli.Connection;
using Stele.Governance.Service;
using Stele.Receipts;
using Stele.Server.Hosting;

namespace Stele.Cli.Commands;

/// <summary>What a node shows when it has started; of a new ledger, an entry that has been through everything.</summary>
internal static class Greeting
{
    public static async Task ShowAsync(LedgerHost host, LedgerHostOptions options, CancellationToken cancel)
    {
        string At(string name) => Path.Combine(options.DataDirectory, name);
        // Also after a first start that failed, as on a port in use; never on a ledger that somebody has written to.
        if (!host.HasEntries && File.Exists(At("administrator.pem"))) await ProveAsync(host, options, cancel);
        if (options.Network is { } network)
            Console.Out.WriteLine($"network      as {network.Address}, on etcd at {string.Join(", ", network.EtcdEndpoints)}");
        Console.Out.WriteLine(
            $"""
            ledger       {host.LedgerId} at {host.LedgerUri}
            identity     {new Uri(host.IdentityUri, $"ledgerIdentity/{host.LedgerId}")}
            explorer     {Explorer(host, options)}
            platform     {Platform(host)}
            trust        {At("service_cert.pem")} (identity service: {At("identity_ca.pem")})
            """);
        if (host.MetricsUri is { } metrics) Console.Out.WriteLine($"metrics      {new Uri(metrics, "metrics")}");
        if (host.Status is ServiceStatus.Recovering or ServiceStatus.WaitingForRecoveryShares)
            Console.Out.WriteLine($"service      {host.Status}: its members vote and give their shares now (docs/recovery.md)");
        if (host.Status is ServiceStatus.Closed)
            Console.Out.WriteLine("service      Closed by its members: it is read and proved, and takes no writes (docs/governance.md)");
        if (host.MembersToCome is > 0 and var toCome)
            Console.Out.WriteLine($"members      {toCome} must acknowledge before they can vote, or recover the ledger: stele member ack");
        if (File.Exists(At("keys/member0_enc.pem")))
            Console.Out.WriteLine($"member       {At("keys/member0.pem")} and member0_enc.pem: they vote and recover; keep them elsewhere");
        // A node that joined another's network has no administrator of its own to show.
        if (!File.Exists(At("administrator.pem"))) return;
        Console.Out.WriteLine(
            $"""
            come as      {At("administrator.pem")} (administrator: certificate and key)
            try          stele append "hello" --data {options.DataDirectory}
                         {Curl(host, At)}
            """);
    }

    private static string Explorer(LedgerHost host, LedgerHostOptions options) =>
        options.Explorer is null ? "off" : $"{new Uri(host.LedgerUri, "explorer/")} in a browser";

    private static string Platform(LedgerHost host) => host.IsVirtual
        ? "Virtual: no enclave, nothing is attested"
        : $"{host.EvidenceFormat}: ask GET /node/quotes/self for its evidence";

    private static string Curl(LedgerHost host, Func<string, string> at) =>
        $"curl --cacert {at("service_cert.pem")} --cert {at("administrator.pem")} "
        + $"\"{new Uri(host.LedgerUri, "app/transactions")}?api-version=2022-05-13\"";

    // Nothing is said to work that has not been seen to: the entry goes the way that every client's entries go.
    private static async Task ProveAsync(LedgerHost host, LedgerHostOptions options, CancellationToken cancel)
    {
        var service = CertificateFile.Read(Path.Combine(options.DataDirectory, "service_cert.pem"));
        using var connection = new LedgerConnection(new LedgerLocation
        {
            Url = host.LedgerUri,
            ServiceCertificate = service,
            ServiceCertificateSource = "service_cert.pem",
            ClientCertificate = CertificateFile.ReadWithKey(Path.Combine(options.DataDirectory, "administrator.pem")),
        });
        var now = TimeProvider.System.GetUtcNow();
        var contents = string.Create(
            CultureInfo.InvariantCulture, $"Ledger {host.LedgerId} begins on {now:yyyy-MM-dd HH:mm:ss} UTC.");
        var body = AppendBody.Of(contents);
        var answer = await connection.SendAsync(HttpMethod.Post, "/app/transactions?waitForCommit=true", body, cancel);
        var receipt = await connection.GetAsync($"/app/transactions/{answer.TransactionId}/receipt", cancel);
        var proven = ReceiptJson.Read(receipt.Body);
        var verdict = ReceiptVerifier.Verify(proven.Receipt, service, proven.Claims);
        if (!verdict.IsVerified)
            throw new CommandFailedException($"The receipt of the first entry does not verify: {verdict}", ExitCode.NotVerified);
        Console.Out.WriteLine($"first entry  {answer.TransactionId}: {contents}");
        Console.Out.WriteLine(
            $"receipt      verified offline in {verdict.Steps.Count} steps, from the entry's contents to the service certificate");
    }
}
