namespace Stele.Ledger.Collections;

/// <summary>Ordered records on their way into a run: what belongs together becomes one record, and parts become full.</summary>
internal sealed class RecordStream(RunWriter run)
{
    private readonly long[] _seqnos = new long[Part.SeqNosMax];
    private readonly byte[] _value = new byte[Part.BytesMax];
    private readonly RecordKey _partKey = new();
    private byte[] _key = [];
    private int _keyLength;
    private int _count;
    private long _first;
    private long _last;

    private RecordKind Kind => _keyLength == 0 ? RecordKind.None : (RecordKind)_key[0];

    private ReadOnlySpan<byte> Key => _key.AsSpan(0, _keyLength);

    /// <summary>Adds a collection: where its entries begin and end, again where a later run says so too.</summary>
    public void AddName(ReadOnlySpan<byte> key, long first, long last)
    {
        if (Begin(key)) _first = first;
        _last = last;
    }

    /// <summary>Adds a tag of a collection, again where a later run says so too.</summary>
    public void AddTag(ReadOnlySpan<byte> key) => Begin(key);

    /// <summary>Adds seqnos of a collection or of a tag, behind those that were added before.</summary>
    /// <param name="prefix">The key of the part without its seqno.</param>
    /// <param name="seqnos">The seqnos.</param>
    public void AddSeqNos(ReadOnlySpan<byte> prefix, ReadOnlySpan<long> seqnos)
    {
        Begin(prefix);
        while (seqnos.Length > 0)
        {
            var taken = seqnos[..Math.Min(seqnos.Length, Part.SeqNosMax - _count)];
            taken.CopyTo(_seqnos.AsSpan(_count));
            _count += taken.Length;
            seqnos = seqnos[taken.Length..];
            if (_count == Part.SeqNosMax) WritePart();
        }
    }

    /// <summary>Adds a record of another run.</summary>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        switch ((RecordKind)key[0])
        {
            case RecordKind.Name:
                var (first, last) = ReadName(value);
                AddName(key, first, last);
                break;
            case RecordKind.Tag:
                AddTag(key);
                break;
            default:
                Span<long> seqnos = stackalloc long[Part.SeqNosMax];
                var count = Part.Decode(RecordKey.SeqNoOf(key), value, seqnos);
                AddSeqNos(key[..^RecordKey.SeqNoSize], seqnos[..count]);
                break;
        }
    }

    /// <summary>Writes what is still in hand.</summary>
    public void End() => Begin([]);

    /// <summary>Where a collection begins and ends, out of its record.</summary>
    public static (long First, long Last) ReadName(ReadOnlySpan<byte> value)
    {
        var first = Varint.Take(ref value);
        return (first, first + Varint.Take(ref value));
    }

    // Whether the key is another than that of the record in hand, which is written then.
    private bool Begin(ReadOnlySpan<byte> key)
    {
        if (key.SequenceEqual(Key)) return false;
        if (Kind == RecordKind.Name) WriteName();
        else if (Kind == RecordKind.Tag) run.Add(Key, []);
        else if (_count > 0) WritePart();
        if (_key.Length < key.Length) _key = new byte[2 * key.Length];
        key.CopyTo(_key);
        _keyLength = key.Length;
        return true;
    }

    private void WriteName()
    {
        var size = Varint.Write(_value, _first);
        size += Varint.Write(_value.AsSpan(size), _last - _first);
        run.Add(Key, _value.AsSpan(0, size));
    }

    private void WritePart()
    {
        var seqnos = _seqnos.AsSpan(0, _count);
        var size = Part.Encode(seqnos, _value);
        run.Add(_partKey.Restart(Key, seqnos[^1]), _value.AsSpan(0, size));
        _count = 0;
    }
}
