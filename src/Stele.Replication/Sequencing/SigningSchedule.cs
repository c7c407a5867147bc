namespace Stele.Replication.Sequencing;

/// <summary>When the next signature transaction is due.</summary>
/// <remarks>Runs on: the sequencer alone.</remarks>
internal sealed class SigningSchedule(SequencerOptions options, TimeProvider time)
{
    // Where nobody waits for a commit a signature serves this many times as long: making one, and verifying it on every other
    // node, costs as much as hundreds of entries.
    private const int UnwaitedFactor = 5;

    // The first signature of a run is due at once: it covers what was found unsigned, and opens the view.
    private long? _lastSigned;
    private int _entries;
    private long _bytes;
    private bool _someoneWaits;

    /// <summary>Whether there is anything that no signature covers.</summary>
    public bool AnyUnsigned => _entries > 0;

    /// <summary>Notes an entry that needs a signature.</summary>
    public void Add(long bytes, bool someoneWaits)
    {
        _entries++;
        _bytes += bytes;
        _someoneWaits |= someoneWaits;
    }

    /// <summary>
    /// Whether a signature is due: at once when the ledger is idle, else when enough time, entries or bytes have gathered.
    /// </summary>
    public bool IsDue(bool idle) =>
        AnyUnsigned
        && ((idle && _someoneWaits)
            || Remaining <= TimeSpan.Zero
            || _entries >= options.SignatureEntriesMax
            || _bytes >= options.SignatureBytesMax);

    /// <summary>How long until time alone makes a signature due.</summary>
    public TimeSpan Remaining =>
        _lastSigned is { } last ? Interval - time.GetElapsedTime(last) : TimeSpan.Zero;

    private TimeSpan Interval => _someoneWaits ? options.SignatureInterval : options.SignatureInterval * UnwaitedFactor;

    /// <summary>Notes that a signature over everything so far is being made.</summary>
    public void Signed()
    {
        _lastSigned = time.GetTimestamp();
        (_entries, _bytes, _someoneWaits) = (0, 0, false);
    }
}
