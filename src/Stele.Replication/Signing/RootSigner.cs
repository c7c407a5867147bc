using Stele.Cryptography;
using Stele.Cryptography.Cose;
using Stele.Cryptography.Keys;
using Stele.Cryptography.Merkle;
using Stele.Cryptography.Sealing;
using Stele.Ledger.Entries;
using Stele.Ledger.Signatures;
using Stele.Replication.Log;

namespace Stele.Replication.Signing;

/// <summary>Makes signature transactions: the node's raw signature and the service's COSE_Sign1 over the root, and the tree.</summary>
public sealed class RootSigner(
    SigningKey nodeKey, Func<string> nodeCertificate, SigningKey serviceKey, string issuer, string subject,
    TimeProvider time)
{
    /// <summary>Makes the signature transaction over a tree's root. The tree is read before this returns its task.</summary>
    /// <param name="id">The transaction that it will be, right behind the tree's last leaf.</param>
    /// <param name="tree">The tree over all entries before it.</param>
    /// <param name="secret">What it is sealed with.</param>
    /// <param name="endsFile">Whether the ledger file is to end behind it.</param>
    public Task<BatchEntry> SignAsync(TransactionId id, MerkleTree tree, LedgerSecret secret, bool endsFile = false) => SignAsync(
        id, tree.Root, MerkleTreeFormat.Write(tree), secret, endsFile ? EntryFlags.ForceChunkAfter : EntryFlags.None);

    private async Task<BatchEntry> SignAsync(TransactionId id, Digest root, byte[] tree, LedgerSecret secret, EntryFlags flags)
    {
        // Two P-384 signatures take 0.6 ms each: they are made side by side, and neither on the sequencer's thread.
        var service = SignByServiceAsync(id, root);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var node = nodeKey.SignDigest(root);
        var cose = await service;
        var writes = SignatureTransaction.Compose(id, nodeKey.KeyId, nodeCertificate(), root, node, cose, tree);
        var entry = EntryEncoder.Encode(id, writes, Digest.Zero, secret, flags);
        return new BatchEntry(entry, writes, IsSignature: true);
    }

    private async Task<byte[]> SignByServiceAsync(TransactionId id, Digest root)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return LedgerSignature.Create(serviceKey, id, root, time.GetUtcNow(), issuer, subject);
    }
}
