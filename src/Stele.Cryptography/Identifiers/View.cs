using System.Globalization;

namespace Stele;

/// <summary>The period in which one primary writes; the first part of a <see cref="TransactionId"/>.</summary>
/// <remarks>CCF stores a view in 31 bits of an entry's GCM header, and its first view is 2.</remarks>
public readonly record struct View : IComparable<View>
{
    /// <summary>The largest view that an entry's header can carry.</summary>
    public const long MaxValue = int.MaxValue;

    /// <summary>The view in which a new ledger writes its first transaction.</summary>
    public static readonly View First = new(2);

    /// <summary>Makes a view of its number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative or over <see cref="MaxValue"/>.</exception>
    public View(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxValue);
        Value = value;
    }

    /// <summary>The view's number.</summary>
    public long Value { get; }

    /// <summary>The view that follows this one.</summary>
    public View Next => new(Value + 1);

    /// <inheritdoc/>
    public int CompareTo(View other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether one view began before another.</summary>
    public static bool operator <(View left, View right) => left.Value < right.Value;

    /// <summary>Whether one view began after another.</summary>
    public static bool operator >(View left, View right) => left.Value > right.Value;

    /// <summary>Whether one view is another or began before it.</summary>
    public static bool operator <=(View left, View right) => left.Value <= right.Value;

    /// <summary>Whether one view is another or began after it.</summary>
    public static bool operator >=(View left, View right) => left.Value >= right.Value;
}
