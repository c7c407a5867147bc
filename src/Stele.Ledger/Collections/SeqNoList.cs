namespace Stele.Ledger.Collections;

/// <summary>Ascending seqnos. One thread adds, any thread reads: what it sees is a beginning of the list.</summary>
internal sealed class SeqNoList(long first)
{
    // Most lists of a short stretch of the ledger have one seqno.
    private long[] _seqnos = [first];
    private int _count = 1;

    public ReadOnlySpan<long> Seqnos
    {
        get
        {
            // The count first: the array read after it holds at least as many.
            var count = Volatile.Read(ref _count);
            return Volatile.Read(ref _seqnos).AsSpan(0, count);
        }
    }

    /// <summary>Adds a seqno; the last one is not added twice.</summary>
    public void Add(long seqno)
    {
        if (_seqnos[_count - 1] == seqno) return;
        if (_count == _seqnos.Length)
        {
            var larger = new long[Math.Max(4, 2 * _count)];
            _seqnos.CopyTo(larger, 0);
            Volatile.Write(ref _seqnos, larger);
        }
        _seqnos[_count] = seqno;
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Adds the next seqnos from a place on, as many as a part has at most.</summary>
    public void AddNext(long from, List<SeqNo> found)
    {
        var seqnos = Seqnos;
        var start = seqnos.BinarySearch(from);
        seqnos = seqnos[(start < 0 ? ~start : start)..];
        foreach (var seqno in seqnos[..Math.Min(seqnos.Length, Part.SeqNosMax)]) found.Add(new SeqNo(seqno));
    }
}
