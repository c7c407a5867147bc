using System.Collections.Immutable;
using Stele.Cryptography.Sealing;

namespace Stele.Ledger.Secrets;

/// <summary>The secrets that a ledger is sealed with: each from a seqno on, until the next. Immutable.</summary>
public sealed class LedgerSecrets : IDisposable
{
    private readonly ImmutableArray<KeyValuePair<SeqNo, LedgerSecret>> _secrets;

    /// <summary>The secrets by the first seqno that each seals.</summary>
    public LedgerSecrets(IEnumerable<KeyValuePair<SeqNo, LedgerSecret>> secrets) =>
        _secrets = [.. secrets.OrderBy(secret => secret.Key)];

    /// <summary>One secret for the whole ledger.</summary>
    public LedgerSecrets(LedgerSecret secret) : this([KeyValuePair.Create(SeqNo.First, secret)])
    {
    }

    /// <summary>All of them, each with the first seqno that it seals, in order.</summary>
    public IReadOnlyList<KeyValuePair<SeqNo, LedgerSecret>> All => _secrets;

    /// <summary>The secret that seals a seqno; null where it is not known.</summary>
    public LedgerSecret? For(SeqNo seqno)
    {
        for (var i = _secrets.Length - 1; i >= 0; i--)
            if (_secrets[i].Key <= seqno) return _secrets[i].Value;
        return null;
    }

    /// <summary>These and one more; the same where it is among them already.</summary>
    /// <exception cref="FormatException">Another secret seals the ledger from that seqno on.</exception>
    public LedgerSecrets With(SeqNo from, LedgerSecret secret)
    {
        foreach (var (seqno, known) in _secrets)
        {
            if (seqno != from) continue;
            return known.IsSameAs(secret)
                ? this
                : throw new FormatException(
                    $"The ledger is given a secret from seqno {from} on, and this node has another one from there on: it was given when "
                    + "the ledger went on otherwise.");
        }
        return new LedgerSecrets(_secrets.Add(KeyValuePair.Create(from, secret)));
    }

    /// <summary>Zeroes them all, for whoever has them.</summary>
    public void Dispose()
    {
        foreach (var (_, secret) in _secrets) secret.Dispose();
    }
}
