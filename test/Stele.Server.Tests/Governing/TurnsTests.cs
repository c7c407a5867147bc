using Stele.Replication;
using Stele.Server.Governing;

namespace Stele.Server.Tests.Governing;

/// <summary>Members take turns, whatever one of them sends.</summary>
public sealed class TurnsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_sends_much_waits_for_who_sends_little()
    {
        using var turns = new Turns();
        var first = new TaskCompletionSource();
        List<string> order = [];
        List<Task<bool>> all = [turns.TakeAsync("loud", () => RunAsync("loud 0", first.Task), Cancel)];
        for (var i = 1; i <= 5; i++)
        {
            var name = $"loud {i}";
            all.Add(turns.TakeAsync("loud", () => RunAsync(name, Task.CompletedTask), Cancel));
        }
        all.Add(turns.TakeAsync("quiet", () => RunAsync("quiet", Task.CompletedTask), Cancel));
        first.SetResult();
        await Task.WhenAll(all);
        Assert.Equal("loud 0", order[0]);
        Assert.Equal("quiet", order[1]);
        Assert.Equal(7, order.Count);

        async Task<bool> RunAsync(string name, Task until)
        {
            await until;
            order.Add(name);
            return true;
        }
    }

    [Fact]
    public async Task A_member_has_so_many_waiting_and_no_more()
    {
        using var turns = new Turns();
        var done = new TaskCompletionSource<bool>();
        var waiting = Enumerable.Range(0, 16).Select(_ => turns.TakeAsync("loud", () => done.Task, Cancel)).ToList();
        var refused = await Assert.ThrowsAsync<LedgerUnavailableException>(() => turns.TakeAsync("loud", () => done.Task, Cancel));
        Assert.Contains("16 requests", refused.Message, StringComparison.Ordinal);
        var other = turns.TakeAsync("quiet", () => done.Task, Cancel);
        done.SetResult(true);
        await Task.WhenAll([.. waiting, other]);
        Assert.True(await turns.TakeAsync("loud", () => done.Task, Cancel));
    }

    [Fact]
    public async Task Who_gives_up_or_fails_leaves_the_line()
    {
        using var turns = new Turns();
        await Assert.ThrowsAsync<FormatException>(() => turns.TakeAsync<bool>("one", () => throw new FormatException(), Cancel));
        var done = new TaskCompletionSource<bool>();
        var first = turns.TakeAsync("one", () => done.Task, Cancel);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var second = turns.TakeAsync("one", () => done.Task, gone.Token);
        var third = turns.TakeAsync("two", () => done.Task, gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        done.SetResult(true);
        Assert.True(await first);
        Assert.True(await turns.TakeAsync("two", () => done.Task, Cancel));
    }
}
