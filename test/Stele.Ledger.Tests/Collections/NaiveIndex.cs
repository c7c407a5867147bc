using System.Text;
using Stele.Ledger.Collections;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Tests.Collections;

/// <summary>What the ledger holds, as a list: what the index is compared with, and restored from.</summary>
internal sealed class NaiveIndex
{
    private readonly List<(string Name, string[] Tags)[]> _entries = [];

    public SeqNo End => new(_entries.Count);

    public static (string Name, string[] Tags) In(string name, params string[] tags) => (name, tags);

    public void Append(params (string Name, string[] Tags)[] writes) => _entries.Add(writes);

    public void CutTo(int count) => _entries.RemoveRange(count, _entries.Count - count);

    public void ApplyTo(CollectionIndex index)
    {
        foreach (var (seqno, writes) in Ledger(new SeqNoRange(index.End.Next, End))) index.Apply(seqno, writes);
    }

    public void RestoreAll(CollectionIndex index)
    {
        while (index.Missing is [var missing, ..]) index.Restore(missing, Ledger(missing), CancellationToken.None);
    }

    public IEnumerable<(SeqNo SeqNo, WriteSet Writes)> Ledger(SeqNoRange range)
    {
        for (var seqno = range.First; seqno <= range.Last; seqno = seqno.Next) yield return (seqno, WritesOf(seqno));
    }

    public IEnumerable<SeqNo> Entries(string name, string? tag, SeqNo from, SeqNo to) =>
        from seqno in Enumerable.Range(1, _entries.Count).Select(number => new SeqNo(number))
        where seqno >= @from && seqno <= to && At(seqno).Any(write => write.Name == name && (tag is null || write.Tags.Contains(tag)))
        select seqno;

    public IEnumerable<string> Names() =>
        _entries.SelectMany(writes => writes).Select(write => write.Name).Distinct()
            .OrderBy(Encoding.UTF8.GetBytes, BytesOrder.Instance);

    public IEnumerable<string> Tags(string name) =>
        _entries.SelectMany(writes => writes).Where(write => write.Name == name).SelectMany(write => write.Tags).Distinct()
            .OrderBy(Encoding.UTF8.GetBytes, BytesOrder.Instance);

    private (string Name, string[] Tags)[] At(SeqNo seqno) => _entries[(int)seqno.Value - 1];

    // Odd entries are public, even ones private.
    private WriteSet WritesOf(SeqNo seqno)
    {
        var (logs, allTags) = seqno.Value % 2 == 0
            ? (TableNames.PrivateLogs, TableNames.PrivateTags)
            : (TableNames.PublicLogs, TableNames.PublicTags);
        var writes = new WriteSet();
        foreach (var (name, tags) in At(seqno))
        {
            writes.Put(logs, Encoding.UTF8.GetBytes(name), "contents"u8.ToArray());
            if (tags.Length > 0) writes.Put(allTags, Encoding.UTF8.GetBytes(name), EntryTags.Encode(tags));
        }
        return writes;
    }
}
