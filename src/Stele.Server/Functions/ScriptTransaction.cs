using System.Text;
using Stele.Ledger.Entries;
using Stele.Ledger.Tables;
using Stele.Scripting;

namespace Stele.Server.Functions;

/// <summary>
/// A transaction that scripts make beside the sequencer: what they read, with its versions, and what they write. It is on the ledger
/// once <see cref="RecordRun"/> finds that what was read still stands.
/// </summary>
/// <param name="start">What it begins from.</param>
internal sealed class ScriptTransaction(RunStart start)
{
    private const int ReadsMax = 10_000;
    private const int WritesMax = 1_000;
    private const int BytesMax = 1 << 20;
    private const int TablesMax = 4_000;
    private const long EntrySteps = 20_000;
    private const long BytesInStep = 4;

    // The rows of the writes so far are read by what follows, and by nobody else: their version means nothing.
    private static readonly SeqNo NoVersion = new(long.MaxValue);

    private readonly Dictionary<(TableName Table, string Key), SeqNo> _rows = [];
    private readonly Dictionary<TableName, SeqNo> _scans = [];
    private readonly Dictionary<CollectionId, SeqNo> _collections = [];
    private LedgerTables _tables = start.Tables;
    private (CollectionId Collection, byte[] Contents)? _appended;
    private (CollectionId Collection, byte[]? Contents)? _readLast;
    private long _cost;
    private int _writes;
    private int _bytes;

    /// <summary>What it began from.</summary>
    public RunStart Start => start;

    /// <summary>The collections whose newest entry was read, with the transaction that wrote it.</summary>
    public IReadOnlyDictionary<CollectionId, SeqNo> Collections => _collections;

    /// <summary>What it writes.</summary>
    public WriteSet Writes { get; } = new();

    /// <summary>Whether all rows that were read are the same in another state.</summary>
    public bool StandsIn(LedgerTables tables) =>
        _rows.All(read => tables.VersionOf(read.Key.Table, Encoding.Latin1.GetBytes(read.Key.Key)) == read.Value)
        && _scans.All(read => tables.VersionOf(read.Key) == read.Value);

    /// <summary>The value of a key; none where there is none.</summary>
    public byte[]? Get(TableName table, byte[] key)
    {
        NoteRead(table, key);
        return _tables.TryGet(table, key, out var value) ? value.ToArray() : null;
    }

    /// <summary>All rows of a table.</summary>
    public IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> Rows(TableName table)
    {
        _scans[table] = start.Tables.VersionOf(table);
        return _tables.Rows(table);
    }

    /// <summary>Writes a value.</summary>
    /// <exception cref="ScriptHostException">It is more than a transaction may write, or one table too many.</exception>
    public void Put(TableName table, byte[] key, byte[] value)
    {
        CountWrite(key.Length + value.Length);
        // A table stays when its rows are gone, and each decision of members looks at all of them.
        if (!_tables.Has(table) && _tables.Count >= TablesMax)
            throw new ScriptHostException($"A ledger has at most {TablesMax} tables, and this is one more.");
        Change(writes => writes.Put(table, key, value));
    }

    /// <summary>Removes a key.</summary>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="ScriptHostException">It is more than a transaction may write.</exception>
    public bool Remove(TableName table, byte[] key)
    {
        var isThere = Get(table, key) is not null;
        CountWrite(key.Length);
        if (isThere) Change(writes => writes.Remove(table, key));
        return isThere;
    }

    /// <summary>The contents of the newest entry of a collection; none where it has none.</summary>
    /// <exception cref="RunOvertakenException">It is newer than what this began from.</exception>
    public byte[]? Newest(CollectionId collection)
    {
        if (_appended is { } own && own.Collection == collection) return own.Contents;
        // One alone is kept: all that a run may read would be too much to hold.
        if (_readLast is { } last && last.Collection == collection) return last.Contents;
        var wasRead = _collections.TryGetValue(collection, out var before);
        if (!wasRead && _collections.Count >= ReadsMax) throw new ScriptHostException($"A run reads at most {ReadsMax} entries.");
        var entry = start.Newest(collection);
        _cost += EntrySteps + ((entry?.BytesRead ?? 0) / BytesInStep);
        var at = entry?.At ?? SeqNo.None;
        if (at > start.Position.SeqNo || (wasRead && before != at)) throw new RunOvertakenException();
        _collections[collection] = at;
        _readLast = (collection, entry?.Contents);
        return entry?.Contents;
    }

    /// <summary>Whether a collection has an entry; what was read once is not read again for it.</summary>
    /// <exception cref="RunOvertakenException">It is newer than what this began from.</exception>
    public bool HasNewest(CollectionId collection) =>
        _appended?.Collection != collection && _collections.TryGetValue(collection, out var at)
            ? at > SeqNo.None
            : Newest(collection) is not null;

    /// <summary>The steps that reading entries has cost since this was asked last: so many as the ledger has to read.</summary>
    public long TakeCost()
    {
        var cost = _cost;
        _cost = 0;
        return cost;
    }

    /// <summary>Lets what follows see an entry that will stand in the same transaction.</summary>
    public void Append(CollectionId collection, byte[] contents) => _appended = (collection, contents);

    private void NoteRead(TableName table, byte[] key)
    {
        if (_scans.ContainsKey(table)) return;
        if (_rows.Count >= ReadsMax) throw new ScriptHostException($"A run reads at most {ReadsMax} rows.");
        _rows[(table, Encoding.Latin1.GetString(key))] = start.Tables.VersionOf(table, key);
    }

    private void CountWrite(int bytes)
    {
        if (++_writes > WritesMax) throw new ScriptHostException($"A run writes at most {WritesMax} rows.");
        if (bytes > BytesMax || (_bytes += bytes) > BytesMax) throw new ScriptHostException($"A run writes at most {BytesMax} bytes.");
    }

    private void Change(Action<WriteSet> write)
    {
        var one = new WriteSet();
        write(one);
        write(Writes);
        _tables = _tables.With(one, NoVersion);
    }
}
