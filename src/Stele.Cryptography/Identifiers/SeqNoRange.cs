namespace Stele;

/// <summary>Consecutive places in the ledger.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Last">The last of them; not before <paramref name="First"/>.</param>
public readonly record struct SeqNoRange(SeqNo First, SeqNo Last)
{
    /// <summary>How many places they are.</summary>
    public long Count => Last.Value - First.Value + 1;

    /// <summary>Whether a place is among them.</summary>
    public bool Contains(SeqNo seqno) => seqno >= First && seqno <= Last;

    /// <inheritdoc/>
    public override string ToString() => $"{First}-{Last}";
}
