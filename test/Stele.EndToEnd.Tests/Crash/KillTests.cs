using System.Collections.Concurrent;
using System.Net;

namespace Stele.EndToEnd.Tests.Crash;

/// <summary>kill -9 under load, again and again, on one ledger.</summary>
public sealed class KillTests
{
    private const int Clients = 8;

    // The second time with snapshots so often that most starts go on from one, and some find their indexes gone.
    [Theory]
    [InlineData(20, 50_000)]
    [InlineData(10, 300)]
    public async Task Nothing_answered_is_lost_and_no_id_is_given_twice(int rounds, int snapshotEntries)
    {
        string[] options = ["--chunk-size", "200000", "--snapshot-entries", $"{snapshotEntries}"];
        using var home = new TemporaryDirectory();
        var seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Random(seed);
        var committed = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        var receipts = new ConcurrentQueue<string>();
        var durable = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);

        for (var round = 0; round < rounds; round++)
        {
            await using var node = await CrashNode.StartAsync(home.Path, options);
            await CheckSinceLastRoundAsync(node, committed, durable);
            using var stop = new CancellationTokenSource();
            var load = Enumerable.Range(0, Clients)
                .Select(client => LoadAsync(node, $"{round}/{client}", wait: client % 2 == 0, committed, durable, receipts, stop.Token))
                .ToArray();
            // However slow the machine: every second round answers some, and some starts have a snapshot to go on from.
            var begun = committed.Count;
            if (round % 2 == 1) await WhenAsync(() => committed.Count > begun + 2);
            if (snapshotEntries < 1000 && round == rounds / 2) await WhenAsync(() => HasSnapshot(home.Path));
            await Task.Delay(random.Next(1, 400), TestContext.Current.CancellationToken);
            await node.KillAsync();
            await stop.CancelAsync();
            await Task.WhenAll(load);
            if (snapshotEntries < 1000 && round % 8 == 7) Directory.Delete(Path.Combine(home.Path, "index"), recursive: true);
        }
        await using (var last = await CrashNode.StartAsync(home.Path, options))
        {
            foreach (var (id, contents) in committed) Assert.Equal(contents, await last.ContentsAsync(id));
            Assert.Equal(0, await last.StopAsync());
        }
        Assert.True(committed.Count > rounds, $"only {committed.Count} entries were committed (seed {seed})");
        foreach (var receipt in receipts) LedgerChecks.ReceiptVerifies(receipt, home.Path);
        await LedgerChecks.AuditsCleanAsync(Path.Combine(home.Path, "ledger"));
    }

    private static bool HasSnapshot(string data) =>
        Directory.CreateDirectory(Path.Combine(data, "snapshots")).GetFiles("*.committed").Length > 0;

    private static async Task WhenAsync(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        while (!condition()) await Task.Delay(5, patience.Token);
    }

    private static async Task LoadAsync(
        CrashNode node, string name, bool wait, ConcurrentDictionary<string, string> committed,
        ConcurrentDictionary<string, string> durable, ConcurrentQueue<string> receipts, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var answer = await node.AppendAsync($"{name}/{i}", wait);
            if (answer.Id is null) return;
            var book = wait ? committed : durable;
            Assert.True(book.TryAdd(answer.Id, answer.Contents), $"{answer.Id} was given twice");
            Assert.False((wait ? durable : committed).ContainsKey(answer.Id), $"{answer.Id} was given twice");
            if (wait && i % 16 == 0) receipts.Enqueue(answer.Body);
        }
    }

    // The process died, the disk did not: what was answered as durable is there too, and is committed now.
    private static async Task CheckSinceLastRoundAsync(
        CrashNode node, ConcurrentDictionary<string, string> committed, ConcurrentDictionary<string, string> durable)
    {
        foreach (var (id, contents) in durable)
        {
            Assert.Equal("Committed", await node.StatusAsync(id));
            Assert.Equal(contents, await node.ContentsAsync(id));
            committed.TryAdd(id, contents);
        }
        durable.Clear();
        var (status, _) = await node.GetAsync("/app/transactions/current");
        Assert.True(status is HttpStatusCode.OK or HttpStatusCode.NotFound);
    }
}
