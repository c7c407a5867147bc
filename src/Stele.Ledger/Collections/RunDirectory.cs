using Stele.Ledger.Secrets;

namespace Stele.Ledger.Collections;

/// <summary>The runs of the index on disk.</summary>
internal sealed class RunDirectory(string directory, SecretKeeper secrets)
{
    /// <summary>Opens the runs that are whole, in order; of those that cover the same entries, the largest.</summary>
    /// <exception cref="IOException">The directory cannot be made or read.</exception>
    public IReadOnlyList<Run> OpenAll()
    {
        Directory.CreateDirectory(directory);
        var runs = new List<Run>();
        foreach (var run in Candidates().OrderBy(run => run.First).ThenByDescending(run => run.Last))
        {
            if (runs.Count == 0 || run.First > runs[^1].Last) runs.Add(run);
            else Delete(run);
        }
        return runs;
    }

    /// <summary>Writes what is in memory to a run.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public Run Write(Memtable memtable) => Write(new SeqNoRange(memtable.First, memtable.Last), memtable.WriteTo);

    /// <summary>Merges consecutive runs into one. They stay as they are.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="RunDamagedException">One of them cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public Run Merge(IReadOnlyList<Run> runs, CancellationToken cancel) =>
        Write(new SeqNoRange(runs[0].First, runs[^1].Last), records => RunMerge.Merge(runs, records, cancel));

    /// <summary>Takes the name from a run, which may still be read.</summary>
    public static void Unlink(Run run) => File.Delete(run.Path);

    /// <summary>Closes a run that nobody reads, and deletes it.</summary>
    public static void Delete(Run run)
    {
        run.Dispose();
        Unlink(run);
    }

    private IEnumerable<Run> Candidates()
    {
        foreach (var path in Directory.GetFiles(directory))
        {
            // What a crash left behind: it never had a run's name.
            if (RunName.IsUnfinished(Path.GetFileName(path))) File.Delete(path);
            else if (RunName.TryParse(Path.GetFileName(path), out var range) && TryOpen(path, range) is { } run) yield return run;
        }
    }

    private Run? TryOpen(string path, SeqNoRange range)
    {
        try
        {
            return Run.Open(path, range, secrets.For(range.Last));
        }
        catch (FormatException)
        {
            File.Delete(path);
            return null;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException or SecretUnknownException)
        {
            // The ledger can do without it: it is missing, and takes this name again once it has been restored.
            return null;
        }
    }

    private Run Write(SeqNoRange range, Action<RecordStream> fill)
    {
        using (var writer = RunWriter.Create(directory, range, secrets.For(range.Last)))
        {
            var records = new RecordStream(writer);
            fill(records);
            records.End();
            writer.Complete();
        }
        var path = Path.Combine(directory, RunName.Of(range));
        try
        {
            return Run.Open(path, range, secrets.For(range.Last));
        }
        catch (FormatException damage)
        {
            throw new IOException($"{path} is not what was written to it: {damage.Message}", damage);
        }
    }
}
