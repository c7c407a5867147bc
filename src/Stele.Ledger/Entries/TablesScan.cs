using System.Buffers.Binary;

namespace Stele.Ledger.Entries;

/// <summary>
/// A quick look at a domain's tables, for who reads millions of entries: whether they are well-formed beyond doubt and
/// none is CCF's own. Whatever is in any way unusual is left to <see cref="TablesReader"/>, which judges it.
/// </summary>
internal ref struct TablesScan
{
    private const int TablesMax = 4;
    private ReadOnlySpan<byte> _rest;

    private TablesScan(ReadOnlySpan<byte> tables) => _rest = tables;

    /// <summary>Whether <see cref="TablesReader"/> would read these tables, and would find none of CCF's.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> tables)
    {
        var scan = new TablesScan(tables);
        Span<Range> names = stackalloc Range[TablesMax];
        for (var count = 0; !scan._rest.IsEmpty; count++)
        {
            var start = tables.Length - scan._rest.Length + sizeof(long);
            if (count == TablesMax || !scan.TryTake(out var name) || !IsPlainName(name) || !scan.TrySkipWrites()) return false;
            foreach (var other in names[..count])
                if (tables[other].SequenceEqual(name)) return false;
            names[count] = start..(start + name.Length);
        }
        return true;
    }

    private static bool IsPlainName(ReadOnlySpan<byte> name) =>
        System.Text.Ascii.IsValid(name) && !name.StartsWith("public:ccf."u8);

    private bool TrySkipWrites()
    {
        if (!TryInt64(out var version) || !TryInt64(out var reads) || version != 0 || reads != 0) return false;
        if (!TryInt64(out var writes)) return false;
        for (; writes > 0; writes--)
            if (!TryTake(out _) || !TryTake(out _)) return false;
        if (writes < 0 || !TryInt64(out var removals)) return false;
        for (; removals > 0; removals--)
            if (!TryTake(out _)) return false;
        return removals == 0;
    }

    private bool TryTake(out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (!TryInt64(out var size) || size < 0 || size > _rest.Length) return false;
        bytes = _rest[..(int)size];
        _rest = _rest[(int)size..];
        return true;
    }

    private bool TryInt64(out long value)
    {
        if (!BinaryPrimitives.TryReadInt64LittleEndian(_rest, out value)) return false;
        _rest = _rest[sizeof(long)..];
        return true;
    }
}
