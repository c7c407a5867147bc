using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;

namespace Stele.Ledger.Secrets;

/// <summary>Goes back from a ledger's newest secret to its first: each opens the one before it.</summary>
public static class SecretChain
{
    /// <summary>All secrets of a ledger.</summary>
    /// <param name="newest">The newest.</param>
    /// <param name="linkedAt">Where its link stands: <see cref="SecretLink.NewestIn"/>.</param>
    /// <param name="read">What a transaction wrote to public tables.</param>
    /// <returns>The secrets, a clone of the newest among them.</returns>
    /// <exception cref="FormatException">The chain is broken, or the newest secret is another one.</exception>
    public static LedgerSecrets Open(LedgerSecret newest, SeqNo linkedAt, Func<SeqNo, WriteSet> read)
    {
        var secrets = new SortedDictionary<SeqNo, LedgerSecret>();
        try
        {
            var link = LinkAt(linkedAt, read);
            var secret = newest.Clone();
            secrets.Add(link.From ?? linkedAt.Next, secret);
            while (link.Previous is { } previous)
            {
                if (previous.From >= secrets.Keys.First()) throw Broken(linkedAt);
                secret = previous.Open(under: secret);
                secrets.Add(previous.From, secret);
                if (previous.LinkedAt is not { } before) break;
                if (before >= linkedAt) throw Broken(linkedAt);
                (linkedAt, link) = (before, LinkAt(before, read));
            }
            return secrets.Keys.First() == SeqNo.First ? new LedgerSecrets(secrets) : throw Broken(linkedAt);
        }
        catch
        {
            foreach (var secret in secrets.Values) secret.Dispose();
            throw;
        }
    }

    private static SecretLink LinkAt(SeqNo seqno, Func<SeqNo, WriteSet> read) =>
        SecretLink.Read(read(seqno)) ?? throw new FormatException($"Entry {seqno} has no link to an older ledger secret.");

    private static FormatException Broken(SeqNo seqno) => new($"The chain of the ledger's secrets is broken at entry {seqno}.");
}
