using System.Collections.Immutable;

namespace Stele.Ledger.Collections;

/// <summary>Which runs become one.</summary>
/// <remarks>
/// The ledger is divided into stretches of one run's entries, of eight times as many, of sixty-four times, and so on. Once
/// a stretch is covered by several runs without a gap, they are merged. So there are at most seven runs of each size, each
/// entry is written once for each size, and it is as well whether the runs were made in order or again.
/// </remarks>
internal static class MergePlan
{
    /// <summary>The next runs to merge, in order; none where there is nothing to merge.</summary>
    public static ImmutableArray<Run> Next(Segments segments, CollectionIndexOptions options)
    {
        for (long size = options.RunEntries; size <= segments.End.Value; size *= options.MergedRuns)
            if (WholeStretch(segments.Items, size) is { IsEmpty: false } whole) return whole;
        return SmallOnes(segments.Items, options);
    }

    private static ImmutableArray<Run> WholeStretch(ImmutableArray<ISegment> items, long size)
    {
        for (var i = 0; i < items.Length; i++)
        {
            if ((items[i].First.Value - 1) % size != 0) continue;
            var stretch = Consecutive(items, i, new SeqNo(items[i].First.Value - 1 + size));
            if (stretch.Length > 1 && stretch[^1].Last.Value == items[i].First.Value - 1 + size) return stretch;
        }
        return [];
    }

    // Each clean stop leaves a small run behind, however little there is in it.
    private static ImmutableArray<Run> SmallOnes(ImmutableArray<ISegment> items, CollectionIndexOptions options)
    {
        for (var i = 0; i < items.Length; i++)
        {
            var stretch = (items[i].First.Value - 1) / options.RunEntries;
            var small = Consecutive(items, i, new SeqNo((stretch + 1) * options.RunEntries));
            if (small.Length >= options.MergedRuns) return small;
        }
        return [];
    }

    private static ImmutableArray<Run> Consecutive(ImmutableArray<ISegment> items, int start, SeqNo end)
    {
        var found = ImmutableArray.CreateBuilder<Run>();
        for (var i = start; i < items.Length; i++)
        {
            if (items[i] is not Run run || run.Last > end || (i > start && run.First != items[i - 1].Last.Next)) break;
            found.Add(run);
        }
        return found.ToImmutable();
    }
}
