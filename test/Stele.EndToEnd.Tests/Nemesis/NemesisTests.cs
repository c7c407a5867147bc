using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Stele.Nemesis;
using Stele.Nemesis.Checks;
using Stele.Nemesis.Clients;
using Stele.Nemesis.Ground;
using Stele.Nemesis.History;

namespace Stele.EndToEnd.Tests.Nemesis;

/// <summary>Real processes that die, sleep and lose each other under a load, for a minute; the long run is a program of its own.</summary>
public sealed class NemesisTests(RunningLedger ledger)
{
    [Fact]
    public async Task Whatever_minority_fails_nothing_answered_is_lost_and_all_nodes_have_one_ledger()
    {
        var said = new ConcurrentQueue<string>();
        var options = new NemesisOptions { Seed = 4, Faults = 8, Lease = TimeSpan.FromSeconds(3), Clients = 4 };
        var violations = await NemesisRun.RunAsync(options, said.Enqueue, TestContext.Current.CancellationToken);
        Assert.True(violations.Count == 0, string.Join('\n', said));
    }

    [Fact]
    public async Task The_same_holds_where_each_has_a_host_of_its_own_and_packets_are_lost()
    {
        if (!await LinuxNetwork.IsThereAsync())
            Assert.Skip("Network namespaces cannot be had here: they need Linux, iproute2, and rights.");
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var program = Path.Combine(Repository.Root, "test", "Stele.Nemesis", "bin", configuration, "net10.0", "Stele.Nemesis.dll");
        var run = await Finished.RunAsync(NamespaceProgram.StartInfo(
            program, ["--namespaces", "--faults", "8", "--seed", "4", "--lease", "3", "--clients", "4"]));
        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Contains(" 0 violations", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_checker_accepts_real_receipts_and_none_that_is_for_another_entry()
    {
        using var service = X509CertificateLoader.LoadCertificateFromFile(ledger.ServiceCertificate);
        using var administrator = X509Certificate2.CreateFromPemFile(ledger.Administrator);
        var recorder = new Recorder();
        using var client = new LedgerClient(
            recorder, client: 0, node: 0, () => 1, LedgerClient.Connect(ledger.Uri, service, administrator));
        var append = await client.AppendAsync("proven", "contents", committed: true);
        var receipt = await client.ReceiptAsync("proven", append.Position!.Value);
        Assert.NotNull(receipt.Receipt);
        Assert.Empty(ReceiptRules.Verify(new Evidence(recorder.Calls, [], service)));
        Call[] wrong =
        [
            append with { Sent = "other" }, append with { Collection = "other" },
            append with { Receipt = append.Receipt!.Replace("contents", "other") },
            receipt with { Asked = TransactionId.Of(append.Position.Value.View.Value, append.Position.Value.SeqNo.Value + 1) },
        ];
        Assert.All(wrong, call => Assert.Single(ReceiptRules.Verify(new Evidence([call], [], service))));
    }
}
