using Stele.Nemesis.History;

namespace Stele.Nemesis;

/// <summary>What the primary's death costs: how long until the next append is committed.</summary>
internal static class Failovers
{
    /// <summary>Kills the primary so often, and says how long each time nothing was committed.</summary>
    public static async Task RunAsync(Trial trial, int count, CancellationToken cancel)
    {
        var beyond = new List<double>();
        for (var number = 1; number <= count && !trial.IsOver && !cancel.IsCancellationRequested; number++)
        {
            var primary = await trial.Network.PrimaryAsync();
            var view = trial.Recorder.Calls.Where(call => call.IsAcknowledged).Max(call => call.Position!.Value).View;
            var killed = trial.Recorder.Now;
            await primary.KillAsync();
            await trial.RecoverAsync();
            if (FirstCommitted(trial.Recorder, view) is not { } first)
                break;
            var time = first.End - killed;
            beyond.Add(time - trial.Network.Lease.TotalSeconds);
            trial.Say($"kill {number} of the primary, node {primary.Number}: committed again after {time:F2} s, at node {first.Node}");
            primary.Launch();
            await primary.ReadyAsync();
            await trial.RecoverAsync();
        }

        if (beyond.Count == 0)
            return;
        beyond.Sort();
        trial.Say(
            $"from the primary's death to the first new commit, beyond the lease of {trial.Network.Lease.TotalSeconds} s: "
            + $"least {beyond[0]:F2} s, median {beyond[beyond.Count / 2]:F2} s, most {beyond[^1]:F2} s, of {beyond.Count}");
    }

    private static Call? FirstCommitted(Recorder recorder, View view) =>
        recorder.Calls.FirstOrDefault(call =>
            call is { Kind: CallKind.AppendCommitted, IsAcknowledged: true } && call.Position!.Value.View > view);
}
