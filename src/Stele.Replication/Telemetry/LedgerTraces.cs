using System.Diagnostics;

namespace Stele.Replication.Telemetry;

/// <summary>The spans of a write on its way: append, batch, log, sign. Where nobody listens there are none.</summary>
/// <remarks>
/// A write, its batch and its signature live on different threads: no span here is ever the thread's current one, and each is
/// told its parent. A batch belongs to the trace of the first of its writes that has one, and names the others.
/// </remarks>
public static class LedgerTraces
{
    // What a span names beside its parent.
    private const int LinksMax = 64;

    /// <summary>The source of all spans.</summary>
    public static ActivitySource Source { get; } = new(LedgerMetrics.Name);

    /// <summary>Begins the span of a write, in that of the request.</summary>
    internal static Activity? Append() => Source.HasListeners() ? Begin("stele.append", Activity.Current?.Context ?? default, null) : null;

    /// <summary>Begins a span in another one; none where there is no other.</summary>
    internal static Activity? Within(Activity? parent, string name) => parent is null ? null : Begin(name, parent.Context, null);

    /// <summary>Begins the span of a batch; none where none of its writes has one.</summary>
    internal static Activity? Batch(List<Sequencing.Submission> submissions)
    {
        if (!Source.HasListeners()) return null;
        var spans = submissions.Where(one => one.Span is not null).Take(LinksMax).Select(one => one.Span!.Context).ToList();
        if (spans.Count == 0) return null;
        var batch = Begin("stele.batch", spans[0], spans.Skip(1).Select(span => new ActivityLink(span)));
        batch?.SetTag("stele.batch.entries", submissions.Count);
        return batch;
    }

    /// <summary>Ends a span.</summary>
    internal static void End(Activity? span, string? fault = null)
    {
        if (span is null) return;
        if (fault is not null) span.SetStatus(ActivityStatusCode.Error, fault);
        var current = Activity.Current;
        span.Stop();
        Activity.Current = current;
    }

    private static Activity? Begin(string name, ActivityContext parent, IEnumerable<ActivityLink>? links)
    {
        var current = Activity.Current;
        if (parent == default) Activity.Current = null;
        var span = Source.StartActivity(name, ActivityKind.Internal, parent, tags: null, links);
        Activity.Current = current;
        return span;
    }
}
