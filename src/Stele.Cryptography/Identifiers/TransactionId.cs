using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Stele;

/// <summary>A transaction's name for good: <c>view.seqno</c>, both decimal, as in <c>2.18</c>.</summary>
/// <param name="View">The view in which the transaction was written.</param>
/// <param name="SeqNo">The place of its entry in the ledger.</param>
public readonly record struct TransactionId(View View, SeqNo SeqNo) : IComparable<TransactionId>
{
    /// <summary>The longest text that can be an id: ten digits, a dot, nineteen digits.</summary>
    public const int MaxTextLength = 30;

    /// <summary>Makes an id of two numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static TransactionId Of(long view, long seqno) => new(new View(view), new SeqNo(seqno));

    /// <summary>Reads an id in its one canonical form: digits, a dot, digits, with no sign, space or leading zero.</summary>
    /// <returns>Whether the text is an id.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out TransactionId id)
    {
        id = default;
        if (text is null || text.Length > MaxTextLength) return false;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 1) return false;
        if (!TryParsePart(text.AsSpan(0, dot), View.MaxValue, out var view)) return false;
        if (!TryParsePart(text.AsSpan(dot + 1), long.MaxValue, out var seqno)) return false;
        id = Of(view, seqno);
        return true;
    }

    /// <summary>Orders ids as the ledger does: by view, then by seqno.</summary>
    public int CompareTo(TransactionId other)
    {
        var byView = View.CompareTo(other.View);
        return byView != 0 ? byView : SeqNo.CompareTo(other.SeqNo);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{View.Value}.{SeqNo.Value}");

    /// <summary>Writes the id's text in ASCII.</summary>
    /// <param name="ascii">Where to; <see cref="MaxTextLength"/> bytes are always enough.</param>
    /// <returns>The bytes written.</returns>
    public int Format(Span<byte> ascii)
    {
        Utf8Formatter.TryFormat(View.Value, ascii, out var view);
        ascii[view] = (byte)'.';
        Utf8Formatter.TryFormat(SeqNo.Value, ascii[(view + 1)..], out var seqno);
        return view + 1 + seqno;
    }

    /// <summary>Whether one id comes before another.</summary>
    public static bool operator <(TransactionId left, TransactionId right) => left.CompareTo(right) < 0;

    /// <summary>Whether one id comes after another.</summary>
    public static bool operator >(TransactionId left, TransactionId right) => left.CompareTo(right) > 0;

    /// <summary>Whether one id is another or comes before it.</summary>
    public static bool operator <=(TransactionId left, TransactionId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one id is another or comes after it.</summary>
    public static bool operator >=(TransactionId left, TransactionId right) => left.CompareTo(right) >= 0;

    private static bool TryParsePart(ReadOnlySpan<char> digits, long max, out long value)
    {
        value = 0;
        if (digits is [] or ['0', _, ..]) return false;
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= max;
    }
}
