using Stele.Cryptography.Cose;
using Stele.Ledger.Entries;
using Stele.Ledger.Recovery;
using Stele.Ledger.Signatures;

namespace Stele.Replication.Receipts;

/// <summary>
/// When what was signed: signature transactions carry the service's time of signing (<c>iat</c> of RFC 8392, whole seconds), and
/// nothing else in the ledger carries a time.
/// </summary>
/// <remarks>
/// A moment is found by halving: some thirty signatures are read, however long the ledger is. The times are the nodes' clocks', and
/// proven by no receipt; where a clock went back, a moment is found near where it is.
/// </remarks>
internal sealed class SignatureTimes(LedgerState state, Func<SeqNo, LedgerEntry?> read)
{
    /// <summary>The signature that first covers a seqno.</summary>
    /// <returns>The signature; null where there is none yet, or where the index of proofs lacks the place.</returns>
    public SignedStretch? Of(SeqNo seqno)
    {
        if (seqno <= SeqNo.None || state.Proofs.NextSignature(seqno) is not { } signed || read(signed) is not { } signature) return null;
        return read(FirstUnder(signed, seqno)) is { } first ? new SignedStretch(first.Id, signature.Id, TimeOf(signature)) : null;
    }

    /// <summary>The first signature that was made at a moment or later.</summary>
    /// <param name="moment">The moment; what is less than a second of it counts for nothing.</param>
    /// <param name="committed">The last signature.</param>
    /// <returns>The signature; null where all are older.</returns>
    public SignedStretch? Since(DateTimeOffset moment, SeqNo committed)
    {
        bool IsSince(long seqno) =>
            state.Proofs.NextSignature(new SeqNo(seqno)) is not { } signed || read(signed) is not { } signature
            || TimeOf(signature) >= moment;
        var first = FirstThat(IsSince, 1, committed.Value);
        return first < committed.Value ? Of(new SeqNo(first)) : null;
    }

    // Steps back that grow, until another signature comes first; then halving between the last two.
    private SeqNo FirstUnder(SeqNo signature, SeqNo known)
    {
        bool IsUnder(long seqno) => state.Proofs.NextSignature(new SeqNo(seqno)) is not { } next || next >= signature;
        var (to, step) = (known.Value, 1L);
        while (to - step >= 1 && IsUnder(to - step)) (to, step) = (to - step, step * 2);
        return new SeqNo(FirstThat(IsUnder, Math.Max(1, to - step), to));
    }

    private static long FirstThat(Func<long, bool> holds, long from, long to)
    {
        while (from < to)
        {
            var middle = from + ((to - from) / 2);
            if (holds(middle)) to = middle;
            else from = middle + 1;
        }
        return from;
    }

    private static DateTimeOffset? TimeOf(LedgerEntry entry)
    {
        try
        {
            return SignatureRecord.TryRead(entry, out var signature) && signature.Cose is { } cose
                ? LedgerSignature.Read(cose).IssuedAt
                : null;
        }
        catch (FormatException)
        {
            // Of another service, which wrote another form: no time is known then.
            return null;
        }
    }
}
