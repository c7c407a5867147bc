using System.Net;

namespace Stele.EndToEnd.Tests.Crash;

/// <summary>
/// Records the system calls of one committed append, then fails each of them in turn: the call returns an error (after
/// which the data may or may not be stored), or the process dies at it.
/// </summary>
public sealed class EverySystemCallTests : IDisposable
{
    private static readonly string[] Faults = ["error=EIO", "signal=KILL"];

    // Only of what makes a file longer does a full disk come of: whatever else fails, fails alike for any reason.
    private static readonly string[] FaultsOfSpace = [.. Faults, "error=ENOSPC"];
    private static readonly string[] TakesSpace = ["pwrite64", "pwritev", "ftruncate"];

    private readonly TemporaryDirectory _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("5000000", 6)]
    [InlineData("1", 12)]
    public async Task After_any_of_them_fails_the_ledger_holds_what_was_answered(string chunkSize, int callsAtLeast)
    {
        var node = await CrashNode.StartAsync(_home.Path, "--chunk-size", chunkSize);
        try
        {
            // The first write of a start is not like those behind it.
            await AppendAsync(node, "the first", "");
            var calls = await RecordAsync(node);
            Assert.True(calls.Count >= callsAtLeast, $"an append made only these calls: {string.Join(' ', calls)}");
            var round = 0;
            foreach (var (call, count) in calls.CountBy(name => name))
                for (var nth = 1; nth <= count; nth++)
                    foreach (var fault in TakesSpace.Contains(call) ? FaultsOfSpace : Faults)
                    {
                        var injection = $"{call}:{fault}:when={nth}";
                        var answer = await FailAsync(node, injection, $"entry {round++} {call} {fault} {nth}");
                        await node.DisposeAsync();
                        node = await CrashNode.StartAsync(_home.Path, "--chunk-size", chunkSize);
                        await CheckAfterRestartAsync(node, injection, answer);
                    }
            Assert.Equal(0, await node.StopAsync());
        }
        finally
        {
            await node.DisposeAsync();
        }
        // All rounds wrote the one ledger, and nothing of it is ever written again: this looks at each of them.
        await LedgerChecks.AuditsCleanAsync(Path.Combine(_home.Path, "ledger"));
    }

    private static async Task<IReadOnlyList<string>> RecordAsync(CrashNode node)
    {
        await using var strace = await Strace.AttachAsync(node.ProcessId, injection: null);
        await AppendAsync(node, "recorded", "");
        return await strace.StopAsync();
    }

    // What the node does once this has failed, until it is killed.
    private static async Task<Answer> FailAsync(CrashNode node, string injection, string contents)
    {
        Answer answer;
        await using (await Strace.AttachAsync(node.ProcessId, injection))
        {
            answer = await node.AppendAsync(contents, wait: true);
        }
        if (!injection.Contains("signal", StringComparison.Ordinal)) await CheckStoppedAsync(node, injection, answer);
        return answer;
    }

    // Reads go on, writes are refused for good, and what was not committed is not said to be.
    private static async Task CheckStoppedAsync(CrashNode node, string injection, Answer answer)
    {
        if (answer.Status == HttpStatusCode.OK) return;
        Assert.True(answer.Status is null or HttpStatusCode.ServiceUnavailable, $"{injection}: {answer}");
        var (read, _) = await node.GetAsync("/app/transactions/current");
        Assert.True(read == HttpStatusCode.OK, $"{injection}: a read was answered {read}");
        var next = await node.AppendAsync("after the fault", wait: false);
        Assert.True(next.Status == HttpStatusCode.ServiceUnavailable, $"{injection}: the next write was answered {next}");
        Assert.Contains("stopped taking writes", next.Body, StringComparison.Ordinal);
    }

    private static async Task CheckAfterRestartAsync(CrashNode node, string injection, Answer answer)
    {
        if (answer.Id is { } id)
            Assert.Equal(answer.Contents, await node.ContentsAsync(id));
        if (answer.Status == HttpStatusCode.ServiceUnavailable)
            Assert.False(await node.HoldsAsync(answer.Contents), $"{injection}: answered 503, and yet it is there");
        Assert.False(await node.HoldsAsync("after the fault"), $"{injection}: a refused write is there");
        await AppendAsync(node, $"after {answer.Contents}", $"{injection}: after the restart ");
    }

    private static async Task AppendAsync(CrashNode node, string contents, string when)
    {
        var answer = await node.AppendAsync(contents, wait: true);
        Assert.True(answer.Status == HttpStatusCode.OK, $"{when}a write was answered {answer}");
    }
}
