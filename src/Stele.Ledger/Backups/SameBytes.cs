namespace Stele.Ledger.Backups;

/// <summary>Compares files.</summary>
internal static class SameBytes
{
    private const int BufferBytes = 1 << 16;

    /// <summary>Whether two files have the same bytes from one place up to another.</summary>
    public static bool AreIn(Stream one, Stream other, long from, long to)
    {
        if (one.Length < to || other.Length < to) return false;
        (one.Position, other.Position) = (from, from);
        var (left, right) = (new byte[BufferBytes], new byte[BufferBytes]);
        for (var position = from; position < to;)
        {
            var wanted = (int)Math.Min(BufferBytes, to - position);
            one.ReadExactly(left, 0, wanted);
            other.ReadExactly(right, 0, wanted);
            if (!left.AsSpan(0, wanted).SequenceEqual(right.AsSpan(0, wanted))) return false;
            position += wanted;
        }
        return true;
    }
}
