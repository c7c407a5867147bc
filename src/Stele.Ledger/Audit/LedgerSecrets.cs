using Stele.Cryptography.Sealing;

namespace Stele.Ledger.Audit;

/// <summary>The secrets that a ledger is sealed with: each from a seqno on, until the next.</summary>
public sealed class LedgerSecrets
{
    private readonly SortedList<long, LedgerSecret> _secrets = [];

    /// <summary>The secrets by the first seqno that each seals.</summary>
    public LedgerSecrets(IEnumerable<KeyValuePair<SeqNo, LedgerSecret>> secrets)
    {
        foreach (var (from, secret) in secrets) _secrets.Add(from.Value, secret);
    }

    /// <summary>One secret for the whole ledger.</summary>
    public LedgerSecrets(LedgerSecret secret) : this([new KeyValuePair<SeqNo, LedgerSecret>(SeqNo.First, secret)])
    {
    }

    /// <summary>The secret that seals a seqno; null where it is not known.</summary>
    public LedgerSecret? For(SeqNo seqno)
    {
        for (var i = _secrets.Count - 1; i >= 0; i--)
            if (_secrets.Keys[i] <= seqno.Value) return _secrets.Values[i];
        return null;
    }
}
