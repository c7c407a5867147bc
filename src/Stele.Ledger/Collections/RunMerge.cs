namespace Stele.Ledger.Collections;

/// <summary>Brings the records of several runs into one order.</summary>
internal static class RunMerge
{
    /// <summary>Merges runs, which are in the order of the ledger.</summary>
    /// <exception cref="RunDamagedException">One of them cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public static void Merge(IReadOnlyList<Run> runs, RecordStream records, CancellationToken cancel)
    {
        var cursors = runs.Select(run => new RunCursor(run)).ToList();
        try
        {
            var open = cursors.Where(cursor => cursor.MoveNext()).ToList();
            while (open.Count > 0)
            {
                cancel.ThrowIfCancellationRequested();
                var least = Least(open);
                records.Add(least.Key, least.Value);
                if (!least.MoveNext()) open.Remove(least);
            }
        }
        finally
        {
            cursors.ForEach(cursor => cursor.Dispose());
        }
    }

    // Of equal keys the earlier run's comes first.
    private static RunCursor Least(List<RunCursor> cursors)
    {
        var least = cursors[0];
        for (var i = 1; i < cursors.Count; i++)
            if (cursors[i].Key.SequenceCompareTo(least.Key) < 0) least = cursors[i];
        return least;
    }
}
