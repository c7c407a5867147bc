namespace Stele.Ledger.Collections;

/// <summary>
/// A part of the seqnos of a collection, ascending. Its last one stands in the record's key; the value holds, from the
/// last one down, by how much each lies behind the one before it.
/// </summary>
internal static class Part
{
    /// <summary>The most seqnos in a part.</summary>
    public const int SeqNosMax = 256;

    /// <summary>The most bytes of a part.</summary>
    public const int BytesMax = SeqNosMax * Varint.SizeMax;

    /// <summary>Writes a part.</summary>
    /// <returns>How many bytes it took.</returns>
    public static int Encode(ReadOnlySpan<long> seqnos, Span<byte> destination)
    {
        var size = 0;
        for (var i = seqnos.Length - 1; i > 0; i--)
            size += Varint.Write(destination[size..], seqnos[i] - seqnos[i - 1]);
        return size;
    }

    /// <summary>Reads a part.</summary>
    /// <param name="last">The seqno of the record's key.</param>
    /// <param name="value">The record's value.</param>
    /// <param name="seqnos">Room for <see cref="SeqNosMax"/> seqnos.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="FormatException">It is not a part.</exception>
    public static int Decode(long last, ReadOnlySpan<byte> value, Span<long> seqnos)
    {
        var count = Count(value);
        if (count > SeqNosMax) throw new FormatException("A part of the index is too long.");
        for (var i = count - 1; i >= 0; i--)
        {
            seqnos[i] = last;
            if (i > 0) last -= Varint.Take(ref value);
        }
        return count;
    }

    /// <summary>How many seqnos a part has.</summary>
    public static int Count(ReadOnlySpan<byte> value)
    {
        var count = 1;
        foreach (var octet in value)
            if (octet < 0x80) count++;
        return count;
    }
}
