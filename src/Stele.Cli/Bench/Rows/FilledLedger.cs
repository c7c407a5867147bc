using System.Globalization;

namespace Stele.Cli.Bench.Rows;

/// <summary>What a ledger has been filled with, as a file beside it remembers: a ledger that is kept is filled once.</summary>
internal sealed class FilledLedger
{
    private const string FileName = "bench-ids";

    /// <summary>How many entries stand in the large collection.</summary>
    public int Entries { get; set; }

    /// <summary>How many collections stand beside it.</summary>
    public int Collections { get; set; }

    /// <summary>Entries of the large collection, all or some of them.</summary>
    public List<TransactionId> Ids { get; } = [];

    /// <exception cref="CommandFailedException">The file is damaged.</exception>
    public static FilledLedger Read(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, FileName);
        var filled = new FilledLedger();
        if (!File.Exists(path)) return filled;
        using var lines = File.ReadLines(path).GetEnumerator();
        (filled.Entries, filled.Collections) = (Number(), Number());
        while (lines.MoveNext()) filled.Ids.Add(TransactionId.TryParse(lines.Current, out var id) ? id : throw Damaged());
        return filled;

        int Number() =>
            lines.MoveNext() && int.TryParse(lines.Current, CultureInfo.InvariantCulture, out var number) ? number : throw Damaged();

        CommandFailedException Damaged() =>
            new($"{path} is damaged; without it the ledger would be filled again.", ExitCode.Failed);
    }

    public void Write(string dataDirectory)
    {
        string[] counts = [Entries.ToString(CultureInfo.InvariantCulture), Collections.ToString(CultureInfo.InvariantCulture)];
        File.WriteAllLines(Path.Combine(dataDirectory, FileName), [.. counts, .. Ids.Select(id => id.ToString())]);
    }

    /// <summary>The entries from which on a whole range stands in the same view.</summary>
    public IReadOnlyList<TransactionId> RangeStarts()
    {
        var last = Ids.GroupBy(id => id.View).ToDictionary(view => view.Key, view => view.Max(id => id.SeqNo));
        return [.. Ids.Where(id => id.SeqNo.Value + Workload.RangeLength <= last[id.View].Value)];
    }
}
