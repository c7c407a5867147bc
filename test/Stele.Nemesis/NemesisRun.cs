using Stele.Nemesis.Checks;
using Stele.Nemesis.Clients;
using Stele.Nemesis.Faults;
using Stele.Nemesis.Ground;

namespace Stele.Nemesis;

/// <summary>What a run is to do.</summary>
internal sealed record NemesisOptions
{
    /// <summary>What decides the order of the faults, their lengths, and the clients' choices.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How many faults there are to be.</summary>
    public int Faults { get; init; } = 100;

    /// <summary>How often the primary is killed to measure what that costs; 0 for a run of faults.</summary>
    public int Failovers { get; init; }

    /// <summary>How long a silent primary keeps its place.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How many clients press.</summary>
    public int Clients { get; init; } = 8;

    /// <summary>Whether each process gets a network namespace of its own; else all of them are on loopback, with proxies.</summary>
    public bool Namespaces { get; init; }

    /// <summary>Where the history is written, one JSON object to a line; null to write it only when a promise was broken.</summary>
    public string? History { get; init; }
}

/// <summary>A run of the nemesis, from the first process to the judgement.</summary>
internal static class NemesisRun
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs, and says what happens.</summary>
    /// <returns>Every promise that was broken. Where there is any, the data directories and the history stay.</returns>
    public static async Task<IReadOnlyList<Violation>> RunAsync(NemesisOptions options, Action<string> say, CancellationToken cancel)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"stele-nemesis-{Guid.NewGuid():N}");
        var retry = options.Failovers > 0 ? TimeSpan.FromMilliseconds(20) : RetryPause;
        var load = new LoadOptions(options.Clients, Pause, retry);
        say($"seed {options.Seed}");
        await using IGround ground = options.Namespaces ? await NamespaceLan.CreateAsync() : new ProxiedLoopback();
        if (await TryStartAsync(ground, folder, options, load, say) is not { } trial)
            return [new Violation("a network starts", folder)];
        await using var _ = trial;
        await (options.Failovers > 0 ? Failovers.RunAsync(trial, options.Failovers, cancel) : FaultsAsync(trial, options, cancel));
        var violations = await trial.JudgeAsync();
        foreach (var violation in violations.Take(50))
            say($"VIOLATION (seed {options.Seed}): {violation}");
        if (options.History is { } file)
            await trial.Recorder.WriteAsync(file);
        if (violations.Count == 0)
        {
            Directory.Delete(folder, recursive: true);
            return violations;
        }

        await trial.Recorder.WriteAsync(Path.Combine(folder, "history.jsonl"));
        say($"Data directories, logs and the history are in {folder}");
        return violations;
    }

    private static async Task<Trial?> TryStartAsync(
        IGround ground, string folder, NemesisOptions options, LoadOptions load, Action<string> say)
    {
        try
        {
            return await Trial.StartAsync(ground, folder, options.Seed, options.Lease, load, say);
        }
        catch (Exception failure) when (failure is InvalidOperationException or TimeoutException or OperationCanceledException)
        {
            say($"The network did not start: {failure.Message} Data directories and logs are in {folder}");
            return null;
        }
    }

    private static async Task FaultsAsync(Trial trial, NemesisOptions options, CancellationToken cancel)
    {
        var plan = new FaultPlan(options.Seed, trial.Network.Ground);
        for (var number = 1; number <= options.Faults && !trial.IsOver && !cancel.IsCancellationRequested; number++)
            await trial.SufferAsync(plan.Next(), plan.Chance());
    }
}
