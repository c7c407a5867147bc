using System.Net;

namespace Stele.EndToEnd.Tests.Crash;

/// <summary>
/// Records the system calls of one committed append, then fails each of them in turn: the call returns an error (after
/// which the data may or may not be stored), or the process dies at it.
/// </summary>
public sealed class EverySystemCallTests : IDisposable
{
    private static readonly string[] Faults = ["error=EIO", "error=ENOSPC", "signal=KILL"];

    private readonly TemporaryDirectory _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("5000000", 6)]
    [InlineData("1", 12)]
    public async Task After_any_of_them_fails_the_ledger_holds_what_was_answered(string chunkSize, int callsAtLeast)
    {
        var calls = await RecordAsync(chunkSize);
        Assert.True(calls.Count >= callsAtLeast, $"an append made only these calls: {string.Join(' ', calls)}");
        var round = 0;
        foreach (var (call, count) in calls.CountBy(name => name))
            for (var nth = 1; nth <= count; nth++)
                foreach (var fault in Faults)
                    await FailAsync(chunkSize, $"{call}:{fault}:when={nth}", $"entry {round++} {call} {fault} {nth}");
        await LedgerChecks.AuditsCleanAsync(Path.Combine(_home.Path, "ledger"));
    }

    private async Task<IReadOnlyList<string>> RecordAsync(string chunkSize)
    {
        await using var node = await CrashNode.StartAsync(_home.Path, "--chunk-size", chunkSize);
        await using var strace = await Strace.AttachAsync(node.ProcessId, injection: null);
        var answer = await node.AppendAsync("recorded", wait: true);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var calls = await strace.StopAsync();
        await node.StopAsync();
        return calls;
    }

    private async Task FailAsync(string chunkSize, string injection, string contents)
    {
        Answer answer;
        await using (var node = await CrashNode.StartAsync(_home.Path, "--chunk-size", chunkSize))
        {
            await using (await Strace.AttachAsync(node.ProcessId, injection))
            {
                answer = await node.AppendAsync(contents, wait: true);
            }
            if (!injection.Contains("signal", StringComparison.Ordinal)) await CheckStoppedAsync(node, injection, answer);
            await node.KillAsync();
        }
        await CheckAfterRestartAsync(chunkSize, injection, answer);
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

    private async Task CheckAfterRestartAsync(string chunkSize, string injection, Answer answer)
    {
        await using var node = await CrashNode.StartAsync(_home.Path, "--chunk-size", chunkSize);
        if (answer.Id is { } id)
            Assert.Equal(answer.Contents, await node.ContentsAsync(id));
        if (answer.Status == HttpStatusCode.ServiceUnavailable)
            Assert.False(await node.HoldsAsync(answer.Contents), $"{injection}: answered 503, and yet it is there");
        Assert.False(await node.HoldsAsync("after the fault"), $"{injection}: a refused write is there");
        var after = await node.AppendAsync($"after {answer.Contents}", wait: true);
        Assert.True(after.Status == HttpStatusCode.OK, $"{injection}: after the restart a write was answered {after}");
        await node.StopAsync();
        await LedgerChecks.AuditsCleanAsync(node.LedgerDirectory);
    }
}
