namespace Stele.Replication.Sequencing;

/// <summary>Tells callers what became of their commands, many in one go.</summary>
/// <remarks>
/// What a caller does next runs here, on a thread of the pool and never on the sequencer's: a pool's thread is woken for a
/// share of a batch, not for each caller.
/// </remarks>
internal sealed class Answers(Submission[] submissions, int start, int count) : IThreadPoolWorkItem
{
    // Waking another thread pays from about so many callers on.
    private const int ShareMin = 16;

    /// <summary>Lets the pool answer them.</summary>
    public static void Give(List<Submission> submissions)
    {
        if (submissions.Count == 0) return;
        var all = submissions.ToArray();
        var shares = Math.Clamp(all.Length / ShareMin, 1, Environment.ProcessorCount);
        for (var share = 0; share < shares; share++)
        {
            var (start, end) = (all.Length * share / shares, all.Length * (share + 1) / shares);
            ThreadPool.UnsafeQueueUserWorkItem(new Answers(all, start, end - start), preferLocal: false);
        }
    }

    /// <inheritdoc/>
    public void Execute()
    {
        foreach (var submission in submissions.AsSpan(start, count)) submission.Complete();
    }
}
