using System.Text;
using Stele.Ledger.Collections;
using Stele.Ledger.Entries;
using Stele.Ledger.Secrets;
using Stele.Receipts;
using Stele.Replication;

namespace Stele.Server.Application;

/// <summary>Reads entries out of the durable ledger: by id, the newest of a collection, or a range.</summary>
/// <remarks>What a call costs is bounded: a page ends after so many entries or so many bytes.</remarks>
internal sealed class EntryReader(LedgerNode node, EntryTables tables, SecretKeeper secrets)
{
    private const int PageEntriesMax = 100;
    private const long PageBytesMax = 4 << 20;

    // Of all collections, no index tells: as many transactions are looked at, whatever they wrote.
    private const int NewestMax = 10;
    private const int LookedAtMax = 500;

    public Entry? EntryAt(TransactionId id, CollectionId collection) =>
        node.Read(id.SeqNo) is { } entry && entry.Id == id ? In(entry, collection) : null;

    public Entry? Current(CollectionId collection)
    {
        var position = node.Position;
        if (node.Collections.Latest(collection) is not { } latest) return null;
        var newest = node.Read(latest) is { } entry ? In(entry, collection) : null;
        // An entry that became durable since is later than the position noted: the position may only be too low.
        return newest is null ? null : newest with { Id = newest.Id > position ? newest.Id : position };
    }

    public EntryPage List(CollectionId collection, SeqNo from, SeqNo to, string? tag, bool newestFirst)
    {
        var found = new List<Entry>();
        var committed = node.Committed.SeqNo;
        var last = to < committed ? to : committed;
        long bytes = 0;
        var seqnos = newestFirst
            ? node.Collections.EntriesBackwards(collection, tag, from, last)
            : node.Collections.Entries(collection, tag, from, last);
        foreach (var seqno in seqnos)
        {
            if (node.Read(seqno) is not { } entry) break;
            if (found.Count == PageEntriesMax || bytes >= PageBytesMax) return new EntryPage(found, entry.Id);
            // The index is not trusted: the entry itself says what it wrote.
            if (In(entry, collection) is not { } read || !HasTag(entry, collection, tag)) continue;
            found.Add(read);
            bytes += entry.Size;
        }
        return new EntryPage(found, null);
    }

    /// <summary>The newest entries of all collections, by looking at one transaction after the other, from the newest on.</summary>
    public EntryPage Newest(SeqNo to)
    {
        var found = new List<Entry>();
        var committed = node.Committed.SeqNo;
        var (at, looked, bytes) = (to < committed ? to : committed, 0, 0L);
        for (; at > SeqNo.None && node.Read(at) is { } entry; at = new SeqNo(at.Value - 1), looked++)
        {
            if (found.Count >= NewestMax || bytes >= PageBytesMax || looked == LookedAtMax) return new EntryPage(found, entry.Id);
            found.AddRange(All(entry));
            bytes += entry.Size;
        }
        return new EntryPage(found, null);
    }

    /// <summary>What the entry of a transaction claims: one claim for each collection it wrote to.</summary>
    public IReadOnlyList<ApplicationClaim> Claims(LedgerEntry entry) =>
        [.. All(entry).Select(one => new ApplicationClaim.LedgerEntry(one.Collection, one.Contents, ClaimKey(one.Id)))];

    // One for each collection that it wrote to.
    private List<Entry> All(LedgerEntry entry)
    {
        if (entry.WritesTo(tables.Logs) is not { } writes) return [];
        return
        [
            .. from write in writes.Writes
               where write.Value is not null
               select new Entry(entry.Id, new CollectionId(Text(write.Key)), Text(write.Value!.Value)),
        ];
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private byte[] ClaimKey(TransactionId id)
    {
        var key = new byte[ClaimsDigest.SecretKeySize];
        secrets.For(id.SeqNo).DeriveClaimKey(id, key);
        return key;
    }

    /// <summary>What an entry of the ledger wrote to a collection; null where it wrote nothing there.</summary>
    public Entry? In(LedgerEntry entry, CollectionId collection) =>
        entry.WritesTo(tables.Logs)?.ValueOf(EntryTables.Key(collection)) is { } contents
            ? new Entry(entry.Id, collection, Text(contents))
            : null;

    private bool HasTag(LedgerEntry entry, CollectionId collection, string? tag) =>
        tag is null
        || (entry.WritesTo(tables.Tags)?.ValueOf(EntryTables.Key(collection)) is { } tags
            && EntryTags.Decode(tags.Span).Contains(tag, StringComparer.Ordinal));
}
