using System.Globalization;

namespace Stele;

/// <summary>The place of an entry in the ledger; the second part of a <see cref="TransactionId"/>.</summary>
/// <remarks>The first entry has seqno 1. <see cref="None"/> (0) stands before it and is no entry.</remarks>
public readonly record struct SeqNo : IComparable<SeqNo>
{
    /// <summary>The place before the first entry.</summary>
    public static readonly SeqNo None;

    /// <summary>The place of the ledger's first entry.</summary>
    public static readonly SeqNo First = new(1);

    /// <summary>Makes a seqno of its number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public SeqNo(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        Value = value;
    }

    /// <summary>The seqno's number.</summary>
    public long Value { get; }

    /// <summary>The place right behind this one.</summary>
    public SeqNo Next => new(Value + 1);

    /// <summary>The place right before this one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">This is <see cref="None"/>.</exception>
    public SeqNo Previous => new(Value - 1);

    /// <inheritdoc/>
    public int CompareTo(SeqNo other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether one place is before another.</summary>
    public static bool operator <(SeqNo left, SeqNo right) => left.Value < right.Value;

    /// <summary>Whether one place is after another.</summary>
    public static bool operator >(SeqNo left, SeqNo right) => left.Value > right.Value;

    /// <summary>Whether one place is another or before it.</summary>
    public static bool operator <=(SeqNo left, SeqNo right) => left.Value <= right.Value;

    /// <summary>Whether one place is another or after it.</summary>
    public static bool operator >=(SeqNo left, SeqNo right) => left.Value >= right.Value;
}
