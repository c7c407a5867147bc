namespace Stele.Ledger.Secrets;

/// <summary>A node does not have the secret of an entry: its service is being recovered.</summary>
/// <param name="seqno">The entry.</param>
public sealed class SecretUnknownException(SeqNo seqno)
    : Exception($"The secret that seals entry {seqno} is not known here: members' recovery shares bring it back.")
{
    /// <summary>The entry.</summary>
    public SeqNo SeqNo { get; } = seqno;
}
