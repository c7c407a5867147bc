using System.Security.Cryptography;
using Stele.Ledger.Collections;
using Stele.Ledger.Transactions;
using Stele.Receipts;
using Stele.Server.Functions;

namespace Stele.Server.Application;

/// <summary>
/// <em>Before this:</em> the sequencer runs it. <em>Here:</em> an entry becomes one row in the entries' table, and a claim
/// that its receipt will prove. <em>Next:</em> the entry's encoding.
/// </summary>
internal sealed class AppendEntry(
    EntryTables tables, CollectionVersions collections, CollectionId collection, byte[] contents, IReadOnlyList<string> tags)
    : ICommand<bool>
{
    /// <inheritdoc/>
    public bool Execute(Transaction transaction)
    {
        collections.Note(transaction.Id, collection);
        var key = EntryTables.Key(collection);
        transaction.Put(tables.Logs, key, contents);
        if (tags.Count > 0) transaction.Put(tables.Tags, key, EntryTags.Encode(tags));

        Span<byte> claimKey = stackalloc byte[ClaimsDigest.SecretKeySize];
        transaction.Secret.DeriveClaimKey(transaction.Id, claimKey);
        transaction.ClaimsDigest = ClaimsDigest.OfEntry(collection, contents, claimKey);
        CryptographicOperations.ZeroMemory(claimKey);
        return true;
    }
}
